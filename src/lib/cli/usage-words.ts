import {stripVTControlCharacters} from 'node:util'

interface MissingArgument {
  readonly name: string
  readonly description?: string
}

/** What is wrong with a command line, and what its parser has to say of it beyond that. */
export interface UsageWords {
  readonly message: string
  readonly suggestions: readonly string[]
}

const MISSING_FLAG = /^Missing required flag (\S+)$/

/** What oclif says of a command line that does not parse: its own sentences without their frame, ours for what is missing. Pure. */
export function usageWords(error: Error): UsageWords {
  if (error.message.startsWith('Missing ') && 'args' in error && Array.isArray(error.args)) {
    const missing = error.args as MissingArgument[]
    return {
      message: `${missing.map(({name}) => name).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      suggestions: missing.flatMap(({name, description}) =>
        description === undefined ? [] : [`${name}: ${description}`],
      ),
    }
  }
  const sentence = unwrapped(stripVTControlCharacters(error.message)).replace(/^The following errors? occurred:\s+/, '')
  return {message: withMissingFlags(sentence.split('\n').map(line => line.trim())), suggestions: []}
}

function withMissingFlags(lines: readonly string[]): string {
  const missing = lines.flatMap(line => MISSING_FLAG.exec(line)?.[1] ?? []).map(name => `--${name}`)
  if (missing.length === 0) return lines.join('\n')
  const words = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`
  return [words, ...lines.filter(line => !MISSING_FLAG.test(line))].join('; ')
}

/** What a flag or argument says when it cannot be read is wrapped by oclif in "Parsing --flag", a tab and a hint. */
export function unwrapped(message: string): string {
  return message.replace(/^Parsing (\S+) \n\t/, '$1: ').replace(/\nSee more help with --help$/, '')
}
