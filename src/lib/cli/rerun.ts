import {shellQuote} from '../shell-quote.js'

/**
 * The command line to type to do the same with more flags. They go before a `--`, after which everything is an argument,
 * and take the place of the same flag where that was given (with its value, when it has one).
 */
export function rerunCommand(words: readonly string[], flag: string, value?: string): string {
  const end = words.indexOf('--')
  const head = end === -1 ? words : words.slice(0, end)
  const kept = head.filter(
    (word, index) =>
      !(word === flag || word.startsWith(`${flag}=`) || (value !== undefined && head[index - 1] === flag)),
  )
  const line = [...kept, flag, ...(value === undefined ? [] : [value]), ...(end === -1 ? [] : words.slice(end))]
  return line.map(shellQuote).join(' ')
}
