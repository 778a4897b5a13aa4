import type {Journal, MessageState} from './journal.js'
import type {DestinationQueue, EngineClock, SourceQueue} from './ports.js'

/** One redrive by the client engine, with everything it touches passed in: queues, journal, time and chance. */
export interface EngineOptions {
  readonly source: SourceQueue
  readonly destination: DestinationQueue
  readonly journal: Journal
  readonly clock: EngineClock
  /** In [0, 1), for jitter. */
  readonly random: () => number
  readonly sourceArn: string
  readonly destinationArn: string
  /** Both queues are FIFO: one worker, one message of a group at a time, a group stops at its first message that is not sent. */
  readonly fifo: boolean
  /** The destination's MaximumMessageSize. */
  readonly maximumBytes: number
  /** Refuse messages that SQS moved here from another queue than this one (the destination was not named, so it is no guess). */
  readonly onlyFromArn?: string
  /** SentTimestamp (epoch ms of AWS's clock) after which a message counts as arrived after the start and is left. */
  readonly cutMs?: number
  readonly max?: number
  readonly perSecond?: number
  readonly concurrency: number
  /** Messages there are to move, approximately, for the progress. */
  readonly toMove?: number
  /** What the journal of an earlier run knows. */
  readonly known?: Iterable<readonly [string, MessageState]>
  readonly signal: AbortSignal
}

/** Seconds a received message is ours; a send starts only when enough of it is left, and extends it otherwise. */
export const VISIBILITY_SECONDS = 60

/** What must be left of it when a send starts: the 10 s that a request may take, and a margin. */
export const SEND_RESERVE_MS = 15_000

/** Long polls ask every server; a longer one would only delay the reaction to Ctrl-C. */
export const WAIT_SECONDS = 1
