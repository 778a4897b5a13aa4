import type {Finished} from '../fixtures/cli/run.js'
import type {Testimony} from './checker.js'

/** The last line of a redrive that came to its end. */
export interface Summary {
  readonly job: string | null
  readonly state: string
  readonly reason?: string
  readonly moved: number
  readonly left: number
  readonly failed: number
  readonly possibleDuplicates: readonly {readonly messageId: string}[]
}

interface Line {
  readonly event?: string
  readonly messageId?: string
  readonly stage?: string
  readonly job?: string | null
  readonly possibleDuplicates?: readonly {readonly messageId: string}[]
}

/** Collects what the runs of one redrive say on stdout (`--output ndjson`), those included that were killed while they said it. */
export class Witness implements Testimony {
  readonly possibleDuplicates = new Set<string>()
  readonly moved = new Set<string>()
  /** As the runs called it. */
  job: string | undefined
  /** Messages of which the last run heard said that it could not give them back, and that their time will. */
  notReleased = 0

  /** Returns the summary, undefined where the run had none. */
  hear({stdout}: Pick<Finished, 'stdout'>): Summary | undefined {
    let summary: Summary | undefined
    this.notReleased = 0
    for (const text of stdout.split('\n')) {
      const line = lineOf(text)
      if (line?.job) this.job = line.job
      if (line?.event === 'moved' && line.messageId !== undefined) this.moved.add(line.messageId)
      if (line?.event === 'failed' && line.stage === 'release') this.notReleased++
      if (line?.event === 'unknown' && line.messageId !== undefined) this.possibleDuplicates.add(line.messageId)
      for (const {messageId} of line?.possibleDuplicates ?? []) this.possibleDuplicates.add(messageId)
      if (line?.event === 'done') summary = line as Summary
    }
    return summary
  }
}

/** A process that was killed can leave half a line. */
function lineOf(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
