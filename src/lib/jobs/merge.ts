import {ExitCode, OpsError} from '../ops-error.js'
import type {MessageState} from '../redrive/client/journal.js'
import {addCounts, NO_COUNTS} from '../redrive/journal/counts.js'
import type {Counts} from '../redrive/journal/counts.js'
import type {JournalHeader} from '../redrive/journal/header.js'
import {readHeader} from '../redrive/journal/job-file.js'
import {readJob, readJournalFile} from '../redrive/journal/jobs.js'
import type {JobsOptions} from '../redrive/journal/jobs.js'
import type {Recovered} from '../redrive/journal/recovery.js'
import {chunksOf, Recovery} from '../redrive/journal/recovery.js'
import {UuidTable} from '../redrive/seen/uuid-table.js'
import type {MergedDoubt, ReadRun} from './copies.js'
import {doubtsAcross} from './copies.js'
import {doubtsOf} from './doubt.js'
import type {Job} from './job.js'
import {clientJob} from './job.js'
import type {JournalArgument} from './job-argument.js'
import {reading} from './state-errors.js'

/** Messages over all journals, each counted once. */
export interface MergedTotals {
  readonly messages: number
  /** With a copy that is known to be there. */
  readonly moved: number
  /** With a send whose outcome is not known, and no copy that is. */
  readonly uncertain: number
  /** Deleted without a copy, as the user's program said. */
  readonly discarded: number
  /** Tried, and certainly not sent by any of them. */
  readonly notSent: number
}

/** What several journals of one source come to. */
export interface MergedJobs {
  readonly source: string
  readonly account: string
  readonly region: string
  readonly jobs: readonly Job[]
  readonly totals: MergedTotals
  /** Entries of all journals. */
  readonly counts: Counts
  readonly possibleDuplicates: readonly MergedDoubt[]
}

const COPY = 1
const MAYBE = 4
const SEEN = 16
const DISCARDED = 32
/** Two of each are all that the question needs. */
const ENOUGH = 2

/**
 * Merges the reports of redrives of one source that ran on several hosts. Two passes over every journal, holding one byte a message
 * and the messages in doubt. Throws `JournalsDiffer` and `JournalGivenTwice` (exit 2), and `JournalDamaged` (exit 7): a sum without a
 * part of it would be wrong.
 */
export async function mergeJobs(journals: readonly JournalArgument[], options: JobsOptions): Promise<MergedJobs> {
  const runs: ReadRun[] = []
  const jobs: Job[] = []
  for (const argument of journals) {
    const header = await reading(argument.path, () => readHeader(argument.path))
    assertSame(header, argument, runs)
    const job = clientJob(
      argument.job === undefined ? await readJournalFile(argument.path) : await readJob(argument.job, options),
    )
    runs.push({path: argument.path, header, running: job.state === 'running'})
    jobs.push(job)
  }
  const seen = new UuidTable()
  const candidates = new Set<string>()
  let counts = NO_COUNTS
  for (const {path, header, running} of runs) {
    const {states, counts: own, discarded} = await replay(path)
    counts = addCounts(counts, own)
    for (const [messageId, state] of states.entries())
      seen.update(messageId, byte => withState(byte, discarded.get(messageId) === 0 ? state : 'discarded'))
    for (const {messageId} of doubtsOf(states, header, {running})) candidates.add(messageId)
  }
  const totals = totalsOf(seen, candidates)
  const [first] = runs
  if (first === undefined) throw new RangeError('nothing to merge')
  const {source, account, region} = first.header
  return {
    source,
    account,
    region,
    jobs,
    totals,
    counts,
    possibleDuplicates: await doubtsAcross(runs, candidates),
  }
}

// `deleted` alone does not say whether there is a copy.
async function replay(path: string): Promise<Recovered & {discarded: UuidTable}> {
  const discarded = new UuidTable()
  const recovery = new Recovery(path, record => {
    if (record.type === 'discarded') for (const messageId of record.messageIds) discarded.update(messageId, () => 1)
  })
  for await (const chunk of chunksOf(path)) recovery.push(chunk)
  return {...recovery.finish(), discarded}
}

function withState(byte: number, state: MessageState): number {
  const copies = byte & (MAYBE - 1)
  const maybes = (byte >> 2) & (MAYBE - 1)
  const isCopy = state === 'sent' || state === 'deleted'
  const isMaybe = state === 'intent' || state === 'unknown' || state === 'unverified'
  const wasDiscarded = state === 'discarded' ? DISCARDED : byte & DISCARDED
  const more = Math.min(ENOUGH, copies + (isCopy ? COPY : 0)) | (Math.min(ENOUGH, maybes + (isMaybe ? 1 : 0)) << 2)
  return SEEN | wasDiscarded | more
}

/** Counts, and adds to the candidates what more than one journal may have sent. */
function totalsOf(seen: UuidTable, candidates: Set<string>): MergedTotals {
  const totals = {messages: 0, moved: 0, uncertain: 0, discarded: 0, notSent: 0}
  for (const [messageId, byte] of seen.entries()) {
    const copies = byte & (MAYBE - 1)
    const maybes = (byte >> 2) & (MAYBE - 1)
    totals.messages++
    if (copies > 0) totals.moved++
    else if (maybes > 0) totals.uncertain++
    else if ((byte & DISCARDED) !== 0) totals.discarded++
    else totals.notSent++
    if (copies + maybes > 1) candidates.add(messageId)
  }
  return totals
}

function assertSame(header: JournalHeader, {path}: JournalArgument, earlier: readonly ReadRun[]): void {
  const [first] = earlier
  if (first === undefined) return
  for (const name of ['source', 'account', 'endpoint'] as const) {
    if (header[name] === first.header[name]) continue
    throw refusal(
      'JournalsDiffer',
      `The journals are of different redrives: ${name} is ${first.header[name] ?? "AWS's own"} in ${first.path} and ${header[name] ?? "AWS's own"} in ${path}`,
      'Only journals of one source queue in one account can be merged; show the others by themselves.',
    )
  }
  const twin = earlier.find(run => JSON.stringify(run.header) === JSON.stringify(header))
  if (twin !== undefined) {
    throw refusal(
      'JournalGivenTwice',
      `${twin.path} and ${path} are the journal of the same run, whose messages would count twice`,
      'Leave one of them out: the longer one is the newer copy.',
    )
  }
}

function refusal(code: string, message: string, suggestion: string): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.usage, suggestions: [suggestion]})
}
