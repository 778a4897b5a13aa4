import type {VerifyReport} from '../redrive/journal/verify.js'
import {verifyJournal} from '../redrive/journal/verify.js'
import type {JournalArgument} from './job-argument.js'
import {reading} from './state-errors.js'

/** What a check of one journal found. */
export interface VerifiedJournal extends Omit<VerifyReport, 'header' | 'ended' | 'possibleDuplicates'> {
  /** As the journal itself says; null where its first line does not read. */
  readonly job: string | null
  readonly source: string | null
  /** How the last session ended by itself; null when it was killed or is under way. */
  readonly ended: string | null
  /** Messages that may exist twice; `job show` lists them. */
  readonly possibleDuplicates: number
}

export interface VerifiedJournals {
  readonly journals: readonly VerifiedJournal[]
}

/** Checks every line of each journal, and that its records follow the protocol; one at a time. */
export async function verifyJournals(journals: readonly JournalArgument[]): Promise<VerifiedJournals> {
  const verified: VerifiedJournal[] = []
  for (const {path, job} of journals) {
    const {header, ended, possibleDuplicates, ...report} = await reading(path, () => verifyJournal(path))
    verified.push({
      job: header?.job ?? job ?? null,
      source: header?.source ?? null,
      ended: ended?.state ?? null,
      ...report,
      possibleDuplicates: possibleDuplicates.length,
    })
  }
  return {journals: verified}
}
