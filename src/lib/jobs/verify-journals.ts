import {OpsError} from '../ops-error.js'
import type {StateDirectory} from '../redrive/journal/state-directory.js'
import type {VerifyReport} from '../redrive/journal/verify.js'
import {verifyJournal} from '../redrive/journal/verify.js'
import {readJournalArgument} from './job-argument.js'
import {reading} from './state-errors.js'

/** What a check of one journal found. */
export interface VerifiedJournal extends Omit<VerifyReport, 'header' | 'verdict' | 'ended' | 'possibleDuplicates'> {
  /** As the journal itself says; null where its first line does not read. */
  readonly job: string | null
  readonly source: string | null
  /** `unreadable`: no journal, not there, or not to be read; `problems` says why. */
  readonly verdict: VerifyReport['verdict'] | 'unreadable'
  /** How the last session ended by itself; null when it was killed or is under way. */
  readonly ended: string | null
  /** Messages that may exist twice; `job show` lists them. */
  readonly possibleDuplicates: number
}

export interface VerifiedJournals {
  readonly journals: readonly VerifiedJournal[]
}

/** The journals in the order they were named, and why some of them could not be checked. */
export interface Verification {
  readonly verified: VerifiedJournals
  readonly refusals: readonly OpsError[]
}

/**
 * Checks every line of each journal, and that its records follow the protocol; one at a time. `names`: as they were typed. Of several,
 * one that cannot be read is `unreadable` and the others are checked; throws as `readJournalArgument` where it is the only one.
 */
export async function verifyJournals(names: readonly string[], state: StateDirectory): Promise<Verification> {
  const journals: VerifiedJournal[] = []
  const refusals: OpsError[] = []
  for (const name of names) {
    try {
      journals.push(await verifyOne(name, state))
    } catch (error) {
      if (!(error instanceof OpsError) || names.length === 1) throw error
      refusals.push(error)
      journals.push(unreadable(name, error))
    }
  }
  return {verified: {journals}, refusals}
}

async function verifyOne(name: string, state: StateDirectory): Promise<VerifiedJournal> {
  const {path, job} = await readJournalArgument(name, state)
  const {header, ended, possibleDuplicates, ...report} = await reading(path, () => verifyJournal(path))
  return {
    job: header?.job ?? job ?? null,
    source: header?.source ?? null,
    ended: ended?.state ?? null,
    ...report,
    possibleDuplicates: possibleDuplicates.length,
  }
}

function unreadable(name: string, {message}: OpsError): VerifiedJournal {
  return {
    job: null,
    source: null,
    ended: null,
    verdict: 'unreadable',
    path: name,
    lines: 0,
    fileBytes: 0,
    tornBytes: 0,
    reservedBytes: 0,
    messages: {intent: 0, sent: 0, deleted: 0, rejected: 0, unknown: 0, unverified: 0, discarded: 0},
    problems: [{message}],
    problemsLeftOut: 0,
    possibleDuplicates: 0,
  }
}
