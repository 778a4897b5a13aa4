import {Writable} from 'node:stream'
import type {Interrupted} from './interruption.js'

export interface PromptOptions {
  readonly signal: AbortSignal
  /** Told of a Ctrl-C, which a terminal in raw mode does not send as a signal; its answer is thrown. */
  readonly onInterrupt: () => Interrupted
  /** Do not show what is typed. */
  readonly hidden?: boolean
}

/** Both ends of a conversation are a terminal: a question can be asked and will be seen. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/**
 * Asks one question on stderr and resolves with the line that was typed, or `undefined` at end of input (Ctrl-D, a terminal
 * that went away). Rejects with the reason of the signal, or with what `onInterrupt` returns after a Ctrl-C.
 */
export async function ask(question: string, options: PromptOptions): Promise<string | undefined> {
  const {createInterface} = await import('node:readline')
  const hidden = options.hidden === true
  const output = hidden ? silent() : process.stderr
  const terminal = createInterface({input: process.stdin, output, terminal: true, historySize: 0})
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      terminal.on('close', () => resolve(undefined))
      terminal.on('SIGINT', () => reject(options.onInterrupt()))
      options.signal.addEventListener('abort', () => reject(options.signal.reason as Interrupted), {once: true})
      // Asked only now that the terminal is in raw mode: what is typed on seeing the question is not echoed.
      if (hidden) process.stderr.write(question)
      terminal.question(hidden ? '' : question, resolve)
    })
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}

/** Swallows the echo of the answer. */
function silent(): Writable {
  return new Writable({write: (_chunk, _encoding, done) => done()})
}
