import type {Tone} from './view.js'

/** What the writer needs of a stream; process.stdout, process.stderr and a test's buffer all have it. */
export interface OutputStream {
  write(text: string): boolean
  readonly isTTY?: boolean
  readonly columns?: number
  once?(event: DrainEvent, listener: () => void): unknown
  off?(event: DrainEvent, listener: () => void): unknown
}

type DrainEvent = 'drain' | 'error' | 'close'

/** Resolves when a stream whose `write` returned false takes more, or never will. */
export function drained(stream: OutputStream): Promise<void> {
  const events: DrainEvent[] = ['drain', 'error', 'close']
  return new Promise(resolve => {
    const done = (): void => {
      for (const event of events) stream.off?.(event, done)
      resolve()
    }
    if (stream.once === undefined) done()
    for (const event of events) stream.once?.(event, done)
  })
}

/** Puts text in a colour or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string

/** Paints nothing. */
export const plain: Paint = (_tone, text) => text

/**
 * Whether a stream gets colour: `--no-color` wins, then FORCE_COLOR (0 and false mean no), then NO_COLOR (no-color.org: any
 * non-empty value), then a terminal that is not dumb.
 */
export function wantsColour(stream: OutputStream, env: NodeJS.ProcessEnv, noColor: boolean): boolean {
  if (noColor) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  if (env.NO_COLOR) return false
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** The painter of the five tones in the sixteen basic colours, which every terminal theme keeps readable. */
export async function loadPaint(): Promise<Paint> {
  const {Chalk} = await import('chalk')
  const chalk = new Chalk({level: 1})
  const tones = {good: chalk.green, warn: chalk.yellow, bad: chalk.red, dim: chalk.dim, strong: chalk.bold}
  return (tone, text) => tones[tone](text)
}
