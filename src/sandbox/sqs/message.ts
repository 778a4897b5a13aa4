import {randomUUID} from 'node:crypto'

/** A message attribute as stored: exactly what the sender gave. */
export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: Buffer
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

/** What the sender gave; it travels unchanged into a dead-letter queue and back. */
export interface MessageContent {
  readonly body: string
  readonly bodyMd5: string
  readonly attributes: MessageAttributes | undefined
  readonly attributesMd5: string | undefined
  readonly traceHeader: string | undefined
  readonly senderId: string
  readonly groupId: string | undefined
  readonly size: number
}

/** ready: receivable · inFlight: received and hidden · delayed: not yet receivable for the first time · gone: deleted, expired or moved. */
export type Place = 'ready' | 'inFlight' | 'delayed' | 'gone'

let lastKey = 0
let lastSequence = 18_850_000_000_000_000_000n
const SEQUENCE_STEP = 256n

/** One copy of a message in one queue. */
export class StoredMessage {
  /** Unique in the process; receipt handles carry it. */
  readonly key = ++lastKey
  place: Place = 'gone'
  /** When an inFlight or delayed message becomes receivable. */
  visibleAtMs = 0
  /** Counts the changes of place, so that older timer entries are known as stale. */
  turn = 0
  /** Receives "across all queues but not deleted" (service model): what ApproximateReceiveCount shows. */
  receiveCount = 0
  /** Receives from this queue: what maxReceiveCount is compared with, and the number of the latest receipt handle. */
  receivesHere = 0
  firstReceivedAtMs: number | undefined
  lastReceivedAtMs = 0
  deadLetterQueueSourceArn: string | undefined

  constructor(
    readonly content: MessageContent,
    readonly messageId: string,
    /** SentTimestamp. */
    readonly sentAtMs: number,
    /** The start of the retention period; differs from SentTimestamp only for what a FIFO dead-letter queue was given. */
    readonly retainedFromMs: number,
    readonly deduplicationId: string | undefined,
    readonly sequenceNumber: string | undefined,
  ) {}
}

export function newMessageId(): string {
  return randomUUID()
}

/** "The large, non-consecutive number that Amazon SQS assigns to each message": 20 digits, always increasing. */
export function nextSequenceNumber(): string {
  lastSequence += SEQUENCE_STEP
  return lastSequence.toString()
}
