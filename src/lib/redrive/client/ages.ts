import type {Message} from '@aws-sdk/client-sqs'
import type {EngineOptions} from './options.js'
import {DATE_RESOLUTION_MS} from './server-time.js'

type AgeOptions = Pick<EngineOptions, 'clock' | 'cutMs' | 'retentionMs'>

/** When messages were sent and expire, by AWS's clock: as far as that is known, which it is not without `cutMs`. */
export class Ages {
  private readonly startedMs: number
  private firstExpiryMs = Number.POSITIVE_INFINITY

  constructor(private readonly options: AgeOptions) {
    this.startedMs = options.clock.now()
  }

  /** Whether the message was sent to the source after the redrive began. */
  isLate(message: Message): boolean {
    const {cutMs} = this.options
    return cutMs !== undefined && sentMsOf(message) > cutMs
  }

  /** Whether it may have been sent since the redrive began: AWS's clock is known to the second, and the cut is its end. */
  mayBeOurs(message: Message): boolean {
    const {cutMs} = this.options
    return cutMs !== undefined && sentMsOf(message) >= cutMs - DATE_RESOLUTION_MS
  }

  /** Takes note of when a message that was received expires. */
  note(message: Message): void {
    const expiryMs = this.expiryMsOf(message)
    if (expiryMs < this.firstExpiryMs) this.firstExpiryMs = expiryMs
  }

  /** Seconds until the first of the messages received so far expires; unknown is never. */
  get secondsToFirstExpiry(): number {
    return Math.floor((this.firstExpiryMs - this.nowMs) / 1000)
  }

  /** Milliseconds until the message expires; unknown is never. */
  msToExpiry(message: Message): number {
    return this.expiryMsOf(message) - this.nowMs
  }

  private expiryMsOf(message: Message): number {
    const {retentionMs = Number.POSITIVE_INFINITY} = this.options
    return sentMsOf(message) + retentionMs
  }

  private get nowMs(): number {
    const {cutMs = Number.NEGATIVE_INFINITY, clock} = this.options
    return cutMs + clock.now() - this.startedMs
  }
}

function sentMsOf({Attributes}: Message): number {
  return Number(Attributes?.SentTimestamp)
}
