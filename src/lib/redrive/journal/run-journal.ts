import type {Journal, OutcomeRecord} from '../client/journal.js'
import {failpoint} from '../../failpoint.js'
import type {OpsError} from '../../ops-error.js'
import {isMarkedCancelled} from './cancel-mark.js'
import type {CommitLog} from './commit-log.js'
import {addCounts, NO_COUNTS} from './counts.js'
import type {EndState, JournalRecord, RunTotals} from './records.js'
import {encodeRecord} from './records.js'
import {tallyOf} from './recovery.js'
import type {SourceLock} from './source-lock.js'

const MESSAGE_ID = /^[\w.:=+/-]{1,100}$/
const OUTCOMES = ['sent', 'rejected', 'unknown', 'unverified'] as const

export interface RunJournalParts {
  readonly job: string
  /** Path of the write-ahead file. */
  readonly file: string
  readonly log: CommitLog
  readonly lock: SourceLock
  /** Epoch ms. */
  readonly now: () => number
}

/**
 * The journal of one run on disk, and the lock on its source queue (redrive.md section 2). Holds no bodies, credentials or receipt
 * handles. Made by `createJournal` and `resumeJournal`.
 */
export class RunJournal implements Journal {
  readonly job: string
  readonly file: string
  private readonly log: CommitLog
  private readonly lock: SourceLock
  private readonly now: () => number
  private state: 'open' | 'ended' | 'closed' = 'open'

  constructor({job, file, log, lock, now}: RunJournalParts) {
    this.job = job
    this.file = file
    this.log = log
    this.lock = lock
    this.now = now
  }

  /**
   * Durable when it resolves; rejects with `JournalWriteFailed`, for good, when the disk fails or is full. `digests`: the
   * `contentDigest` of each message, in the same order.
   */
  async intent(messageIds: readonly string[], digests?: readonly string[]): Promise<void> {
    this.assertOpen()
    if (digests !== undefined && digests.length !== messageIds.length) throw new RangeError('one digest a message')
    assertIds(messageIds)
    const record = {type: 'intent', atMs: this.now(), messageIds, digests} as const
    await this.log.append({
      records: [encodeRecord(record)],
      tally: tallyOf(record),
      kind: 'intent',
      opens: messageIds.length,
    })
  }

  /** Durable when it resolves, and accepted even when the disk is full, for the sends whose intents were. */
  async outcome(records: readonly OutcomeRecord[]): Promise<void> {
    this.assertOpen()
    assertIds(
      records.flatMap(({messageId, newMessageId}) =>
        newMessageId === undefined ? [messageId] : [messageId, newMessageId],
      ),
    )
    const grouped = OUTCOMES.flatMap(type => outcomesOf(type, records))
    await this.log.append({
      records: grouped.map(encodeRecord),
      tally: grouped.reduce((sum, record) => addCounts(sum, tallyOf(record)), NO_COUNTS),
      kind: 'outcome',
      opens: -records.length,
    })
  }

  /** Durable when it resolves: these are about to be deleted without a copy. Rejects when the disk fails or is full. */
  async discarded(messageIds: readonly string[]): Promise<void> {
    this.assertOpen()
    assertIds(messageIds)
    const record = {type: 'discarded', messageIds} as const
    await this.log.append({records: [encodeRecord(record)], tally: tallyOf(record), kind: 'intent', opens: 0})
  }

  /** Advisory: written with the next record that must be durable, or when enough have collected, or at `close`. */
  async deleted(messageIds: readonly string[]): Promise<void> {
    this.assertOpen()
    assertIds(messageIds)
    const record = {type: 'deleted', messageIds} as const
    failpoint('beforeDeletedRecord')
    await this.log.append({records: [encodeRecord(record)], tally: tallyOf(record), kind: 'lazy', opens: 0})
    failpoint('afterDeletedRecord')
  }

  /**
   * Records how the run ended by itself; nothing but `close` may follow. A run that did not complete and is marked by `job cancel` ended
   * cancelled.
   */
  async end(state: EndState, totals: RunTotals): Promise<void> {
    this.assertOpen()
    this.state = 'ended'
    failpoint('beforeEnd')
    const {directory, holder} = this.lock
    const isCancelled = state !== 'completed' && (await isMarkedCancelled(directory, holder))
    await this.mark({type: 'ended', atMs: this.now(), state: isCancelled ? 'cancelled' : state, totals})
    failpoint('afterEnd')
  }

  /**
   * Writes what is waiting, gives reserved space back when the run has ended, and lets the source queue go. Rejects only when a
   * failure shows up here for the first time: one that was reported before is not reported again. Safe to call again.
   */
  async close(): Promise<void> {
    if (this.state === 'closed') return
    const ended = this.state === 'ended'
    this.state = 'closed'
    failpoint('beforeJournalClose')
    try {
      if (this.log.failure === undefined) await this.log.flush()
      if (this.log.failure === undefined && ended) await this.trim()
    } finally {
      await this.letGo()
    }
  }

  /** Why nothing can be recorded any more, once that is so. */
  get failure(): OpsError | undefined {
    return this.log.failure
  }

  /** Records that a run goes on; by `resumeJournal`. */
  async resumed(version: string): Promise<void> {
    await this.mark({type: 'resumed', atMs: this.now(), version})
  }

  private mark(record: JournalRecord): Promise<void> {
    return this.log.append({records: [encodeRecord(record)], tally: {}, kind: 'outcome', opens: 0})
  }

  // A lock that cannot be marked as free is free when this process has ended.
  private async letGo(): Promise<void> {
    try {
      await this.log.close()
    } finally {
      await this.lock.release().catch(() => undefined)
      failpoint('lockReleased')
    }
  }

  // Everything is on the disk by now: a failure leaves a file that is longer than it need be.
  private async trim(): Promise<void> {
    try {
      await this.log.trim()
    } catch {
      return
    }
  }

  private assertOpen(): void {
    if (this.state !== 'open') throw new Error(`the journal of ${this.job} is ${this.state}`)
  }
}

function outcomesOf(type: OutcomeRecord['state'], records: readonly OutcomeRecord[]): JournalRecord[] {
  const own = records.filter(record => record.state === type)
  if (own.length === 0) return []
  const newMessageIds = own.map(record => record.newMessageId)
  if (type === 'sent' && newMessageIds.includes(undefined))
    throw new Error('a sent message without the MessageId of its copy')
  return [{type, messageIds: own.map(record => record.messageId), newMessageIds}]
}

// What an id may be bounds the space an outcome takes, which is reserved before it is known.
function assertIds(ids: readonly string[]): void {
  const odd = ids.find(id => !MESSAGE_ID.test(id))
  if (odd !== undefined) throw new RangeError('a MessageId of another form than SQS gives')
}
