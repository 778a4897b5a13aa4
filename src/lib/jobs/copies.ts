import type {ExportedRecord} from '../redrive/journal/export.js'
import {exportJournal} from '../redrive/journal/export.js'
import type {JournalHeader} from '../redrive/journal/header.js'

/** A journal that is being merged. */
export interface ReadRun {
  readonly path: string
  readonly header: JournalHeader
  readonly running: boolean
}

/** A copy of a message that a run made, or may have made. */
export interface Copy {
  readonly job: string
  readonly state: 'sent' | 'unverified' | 'unknown' | 'intent'
  /** MessageId of the copy, where it is known. */
  readonly newMessageId: string | null
}

/** `definite`: two verified copies under two MessageIds. `possible`: one copy more than should be cannot be ruled out. */
export interface MergedDoubt {
  readonly messageId: string
  readonly certainty: 'definite' | 'possible'
  readonly copies: readonly Copy[]
  /** Whether a run recorded that it deleted the message from the source. */
  readonly deleted: boolean
}

/** Reads the journals once more for the messages in question, and tells of which there may be more than one copy; sorted by MessageId. */
export async function doubtsAcross(runs: readonly ReadRun[], candidates: ReadonlySet<string>): Promise<MergedDoubt[]> {
  if (candidates.size === 0) return []
  const histories = new Map<string, History>()
  for (const run of runs) {
    const open = new Set<string>()
    for await (const record of exportJournal(run.path)) {
      if (!('messageId' in record) || !candidates.has(record.messageId)) continue
      const history = histories.get(record.messageId) ?? new History()
      histories.set(record.messageId, history)
      history.take(record, run, open)
    }
    for (const messageId of open) histories.get(messageId)?.leaveOpen(run)
  }
  return [...histories]
    .flatMap(([messageId, history]) => history.verdict(messageId) ?? [])
    .sort((a, b) => (a.messageId < b.messageId ? -1 : 1))
}

/** What all journals say of one message. */
class History {
  private readonly copies: Copy[] = []
  /** Sends of running jobs: in doubt only where another run has sent the message too. */
  private readonly underWay: Copy[] = []
  private deleted = false
  private isMove = false

  /** `open`: messages of this journal whose send has no outcome yet. */
  take(record: ExportedRecord & {messageId: string}, {header}: ReadRun, open: Set<string>): void {
    const {messageId} = record
    if (record.record === 'deleted') {
      this.deleted = true
      return
    }
    if (record.record === 'intent') {
      // The send before had no outcome: its run was killed.
      if (open.has(messageId)) this.add(header, 'intent')
      open.add(messageId)
      return
    }
    if (record.record === 'rejected') open.delete(messageId)
    if (record.record !== 'sent' && record.record !== 'unverified' && record.record !== 'unknown') return
    open.delete(messageId)
    this.add(header, record.record, record.newMessageId)
  }

  leaveOpen({header, running}: ReadRun): void {
    if (running) this.underWay.push({job: header.job, state: 'intent', newMessageId: null})
    else this.add(header, 'intent')
  }

  verdict(messageId: string): MergedDoubt | undefined {
    const {deleted, underWay} = this
    const copies = this.copies.length + underWay.length > 1 ? [...this.copies, ...underWay] : this.copies
    if (copies.length === 0) return undefined
    const verified = new Set(copies.filter(({state}) => state === 'sent').map(({newMessageId}) => newMessageId))
    const isProven = copies.every(({state}) => state === 'sent')
    // FIFO: SQS answered a second send with the copy it had, and made none.
    if (isProven && verified.size === 1 && (deleted || !this.isMove)) return undefined
    return {messageId, certainty: verified.size > 1 ? 'definite' : 'possible', copies, deleted}
  }

  private add(header: JournalHeader, state: Copy['state'], newMessageId: string | null = null): void {
    this.isMove ||= header.mode === 'move'
    this.copies.push({job: header.job, state, newMessageId})
  }
}
