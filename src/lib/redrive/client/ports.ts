import type {
  BatchResultErrorEntry,
  Message,
  SendMessageBatchRequestEntry,
  SendMessageBatchResultEntry,
} from '@aws-sdk/client-sqs'

/** What one entry of a batch request came to; an entry that the answer does not name at all is a failure with code `NoAnswer`. */
export type EntryResult =
  | {readonly ok: true}
  | {readonly ok: false; readonly code: string; readonly message: string; readonly senderFault: boolean}

/** A message held by us: its id and the newest handle it was received with. */
export interface Handle {
  readonly messageId: string
  readonly receiptHandle: string
}

/** Counters of a queue, approximate as AWS says. */
export interface Depth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** How many messages at most, how long to wait for them, and how long they are ours. */
export interface ReceiveRequest {
  readonly max: number
  readonly waitSeconds: number
  readonly visibilitySeconds: number
}

/** The dead-letter queue as the engine sees it. Results of batches are in the order of the handles given, at most ten. */
export interface SourceQueue {
  receive(request: ReceiveRequest): Promise<readonly Message[]>
  remove(handles: readonly Handle[]): Promise<readonly EntryResult[]>
  setVisibility(handles: readonly Handle[], seconds: number): Promise<readonly EntryResult[]>
  depth(): Promise<Depth>
}

export interface SendReply {
  readonly Successful?: readonly SendMessageBatchResultEntry[]
  readonly Failed?: readonly BatchResultErrorEntry[]
}

/**
 * Where the messages go. `send` is one request, never repeated by anything below: it resolves with the answer as it came, or rejects
 * with an error whose `outcome` says whether the request can have taken effect (`rejected`, `not-sent`, else unknown).
 */
export interface DestinationQueue {
  send(entries: readonly SendMessageBatchRequestEntry[]): Promise<SendReply>
}

/** Time as the engine knows it: milliseconds that never run backwards and count the time a laptop sleeps. */
export interface EngineClock {
  now(): number
  /** Resolves after the delay, or at once when the signal is aborted; never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}
