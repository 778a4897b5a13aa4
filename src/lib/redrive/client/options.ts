import type {Message, MessageAttributeValue} from '@aws-sdk/client-sqs'
import type {Seen} from '../seen/seen.js'
import type {Journal, KnownMessage} from './journal.js'
import type {DestinationQueue, EngineClock, SourceQueue} from './ports.js'

/** A received message that can be known again and given back. */
export type WholeMessage = Message & {readonly MessageId: string; readonly ReceiptHandle: string}

/** One queue that messages go to. */
export interface Route {
  readonly arn: string
  readonly queue: DestinationQueue
  /** Its MaximumMessageSize. */
  readonly maximumBytes: number
}

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** What is to become of one message of the pass. `refuse`: it cannot be judged or changed, so it stays and counts as failed. */
export type Decision =
  | {
      readonly action: 'move'
      readonly body?: string
      readonly messageAttributes?: Readonly<Record<string, MessageAttributeValue>>
    }
  | {readonly action: 'skip'; readonly reason: string}
  | {readonly action: 'discard'}
  | ({readonly action: 'refuse'} & Refusal)

/** Copies of messages, made durable before anything is done with them. */
export interface MessageBackup {
  /** Durable when it resolves; a rejection ends the redrive. */
  append(messages: readonly Message[]): Promise<void>
}

/** Move so many, wait, look what came back, and only then go on. */
export interface CanaryOptions {
  readonly count: number
  readonly waitMs: number
  /** Share of the canary, in percent, that may come back. */
  readonly maxReturnPercent: number
}

/** One redrive by the client engine, with everything it touches passed in: queues, journal, time and chance. */
export interface EngineOptions {
  readonly source: SourceQueue
  /** Where a message goes, by the queue it came from; a refusal where that is not known. */
  readonly routeOf: (message: Message) => Route | Refusal
  readonly journal: Journal
  /** By which the journal is known. */
  readonly job?: string
  readonly clock: EngineClock
  /** In [0, 1), for jitter. */
  readonly random: () => number
  readonly sourceArn: string
  /** The one destination; null where every message goes to the queue it came from. */
  readonly destinationArn: string | null
  /** All queues are FIFO: one worker, one message of a group at a time, a group stops at its first message that is not sent. */
  readonly fifo: boolean
  /** Decides each message of a receive, in its order; absent: all are moved as they are. A rejection ends the redrive. */
  readonly decide?: (messages: readonly WholeMessage[]) => Promise<readonly Decision[]>
  /** Whether `decide` leaves messages out, so that what is received is no measure of what counts for `max`. */
  readonly selective?: boolean
  readonly backup?: MessageBackup
  /** Copies only: nothing is deleted from the source. */
  readonly keep?: boolean
  /** What is done with a message whose send has no known outcome: sent again (the default), or kept in the source. */
  readonly onUnknown?: 'resend' | 'hold'
  /** When it started, epoch ms of AWS's clock: what was sent after it arrived after the start. */
  readonly cutMs?: number
  /** What arrives after the start is moved too, until the signal is aborted; what came back after it was moved is not. */
  readonly follow?: boolean
  readonly canary?: CanaryOptions
  /** Whether there is an event for every message that was moved, skipped or discarded (the default), or the summary alone counts them. */
  readonly eachMessage?: boolean
  /** Other hosts redrive the same queue: what is in flight there at the end is theirs. */
  readonly shared?: boolean
  /** MessageRetentionPeriod of the source in ms, to say which messages would expire while they are held. */
  readonly retentionMs?: number
  readonly max?: number
  readonly perSecond?: number
  readonly concurrency: number
  /**
   * How many times as many workers as now this process could feed: 1 when it is busy, more when it waits more than it works. Absent: it
   * could feed all.
   */
  readonly room?: () => number
  /** Messages there are to move, approximately, for the progress. */
  readonly toMove?: number
  /** Where it is kept which messages are done with; in memory unless told. */
  readonly seen?: Seen
  /** What the journal of an earlier run knows. */
  readonly known?: Iterable<KnownMessage>
  /** That run was cut off: what it held comes back when its visibility ends, and is waited for. */
  readonly cutOff?: boolean
  readonly signal: AbortSignal
}

/** Seconds a received message is ours; a send starts only when enough of it is left, and extends it otherwise. */
export const VISIBILITY_SECONDS = 60

/** What must be left of it when a send starts: the 10 s that a request may take, and a margin. */
export const SEND_RESERVE_MS = 15_000

/** Long polls ask every server; a longer one would only delay the reaction to Ctrl-C. */
export const WAIT_SECONDS = 1
