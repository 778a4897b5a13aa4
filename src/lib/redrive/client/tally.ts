import type {FailedMessage, MessageEvent, ProgressEvent, RedriveEvent} from '../events.js'
import type {RunTotals} from '../journal/records.js'
import type {Channel} from './channel.js'
import type {Doubts} from './doubts.js'

/** Failures that the summary names one by one. */
const FAILURES_NAMED = 1000

/** What became of the messages, each counted once and told as it happens. */
export class Tally {
  /** The first of those that failed. */
  readonly failures: FailedMessage[] = []
  private counts = {moved: 0, discarded: 0, returned: 0, failed: 0, skipped: 0, left: 0}

  constructor(
    private readonly events: Channel<RedriveEvent>,
    private readonly doubts: Doubts,
    /** Whether somebody reads what becomes of each message: passing on a million events costs time that nobody gains by. */
    private readonly eachMessage: boolean,
  ) {}

  moved(messageId: string, newMessageId: string): void {
    this.counts.moved++
    this.doubts.moved(messageId, newMessageId)
    this.tell({event: 'moved', messageId, newMessageId})
  }

  discarded(messageId: string): void {
    this.counts.discarded++
    this.tell({event: 'discarded', messageId})
  }

  /** It came back after it was moved. */
  returned(messageId: string): void {
    if (this.counts.returned++ === 0) {
      this.events.put({
        event: 'warning',
        message: 'messages come back to the dead-letter queue after they were moved: their consumer still fails',
      })
    }
    this.events.put({event: 'returned', messageId})
  }

  failed(failure: FailedMessage): void {
    this.counts.failed++
    if (this.failures.length < FAILURES_NAMED) this.failures.push(failure)
    this.events.put({event: 'failed', ...failure})
  }

  skipped(messageId: string, reason: string): void {
    this.counts.skipped++
    this.tell({event: 'skipped', messageId, reason})
  }

  private tell(event: MessageEvent): void {
    if (this.eachMessage) this.events.put(event)
  }

  left(): void {
    this.counts.left++
  }

  get movedCount(): number {
    return this.counts.moved
  }

  get returnedCount(): number {
    return this.counts.returned
  }

  get totals(): RunTotals {
    const {moved, skipped, failed, left, discarded} = this.counts
    const {listed} = this.doubts
    // Those that were sent again and moved are counted as moved, by this session or an earlier one.
    const unsettled = listed.filter(({resent}) => !resent).length
    const selected = moved + discarded + failed + left + unsettled
    return {selected, moved, skipped, failed, left, possibleDuplicates: listed.length, discarded}
  }

  /** Whether nothing has been moved and nothing can have been: then an error is the whole result. */
  get isEmpty(): boolean {
    return this.counts.moved === 0 && this.counts.discarded === 0 && this.doubts.listed.length === 0
  }

  /** How far it is after so long; a note takes the place of the time that is left. */
  progress(elapsedMs: number, toMove: number | undefined, note: string | undefined): ProgressEvent {
    const {moved, failed, skipped} = this.counts
    const perSecond = elapsedMs > 0 ? moved / (elapsedMs / 1000) : 0
    return {
      event: 'progress',
      moved,
      failed,
      skipped,
      toMove,
      perSecond: perSecond > 0 ? Math.round(perSecond * 10) / 10 : undefined,
      etaSeconds:
        note !== undefined || toMove === undefined || perSecond === 0
          ? undefined
          : Math.ceil(Math.max(0, toMove - moved) / perSecond),
      note,
    }
  }
}
