import type {PossibleDuplicate, RedriveEvent} from '../events.js'
import type {Channel} from './channel.js'
import type {KnownMessage} from './journal.js'
import type {EngineOptions} from './options.js'
import {DEDUPLICATION_MS} from './outgoing.js'

/** The messages of which two copies may exist: those in doubt, of which a send may have been taken, and those that were listed. */
export class Doubts {
  /** When each was first sent whose send had no known outcome; by the engine's time, before 0 for an earlier run's. */
  private readonly sentMs = new Map<string, number>()
  private readonly duplicates = new Map<string, PossibleDuplicate>()

  constructor(
    private readonly options: Pick<EngineOptions, 'clock' | 'fifo'>,
    private readonly events: Channel<RedriveEvent>,
  ) {}

  /** A send of the message that began then has no known outcome. */
  begin(messageId: string, sentMs: number): void {
    if (!this.sentMs.has(messageId)) this.sentMs.set(messageId, sentMs)
  }

  /** Whether an earlier send of the message may have been taken. */
  has(messageId: string): boolean {
    return this.sentMs.has(messageId)
  }

  /** A later send of the message was taken and verified. */
  settle(messageId: string): void {
    this.sentMs.delete(messageId)
  }

  /** Messages of which a send may have been taken, and no later one was. */
  get unsettled(): Iterable<string> {
    return this.sentMs.keys()
  }

  /** Lists a message once, the first time. */
  list(duplicate: PossibleDuplicate): void {
    if (this.duplicates.has(duplicate.messageId)) return
    this.duplicates.set(duplicate.messageId, duplicate)
    this.events.put({event: 'unknown', ...duplicate})
  }

  /** Messages are about to be sent: those that may have been sent before are listed first, unless SQS drops the second of both sends. */
  listResends(messageIds: readonly string[]): void {
    if (this.sentMs.size === 0) return
    const {fifo, clock} = this.options
    for (const messageId of messageIds) {
      const sentMs = this.sentMs.get(messageId)
      if (sentMs === undefined || (fifo && clock.now() - sentMs < DEDUPLICATION_MS)) continue
      this.list(sentAgain(messageId))
    }
  }

  /** Passes on what an earlier run left, and takes note of what is in doubt. */
  *remember(known: Iterable<KnownMessage>): Generator<KnownMessage> {
    const nowMs = this.options.clock.now()
    for (const message of known) {
      const {messageId, state, newMessageId, attemptedMsAgo = Number.POSITIVE_INFINITY} = message
      if (state === 'intent' || state === 'unknown') this.begin(messageId, nowMs - attemptedMsAgo)
      else if (state === 'unverified') this.list(notProven(messageId, newMessageId))
      else if (message.uncertain === true) {
        this.list({
          ...sentAgain(messageId),
          ...(newMessageId === undefined ? {} : {newMessageId}),
          resent: state === 'deleted',
        })
      }
      yield message
    }
  }

  /** A message has gone all the way: where it is listed, the second copy is in the destination too. */
  moved(messageId: string, newMessageId: string): void {
    const listed = this.duplicates.get(messageId)
    if (listed === undefined) return
    this.duplicates.set(messageId, {...listed, newMessageId: newMessageId || listed.newMessageId, resent: true})
  }

  get listed(): readonly PossibleDuplicate[] {
    return [...this.duplicates.values()]
  }
}

function notProven(messageId: string, newMessageId: string | undefined): PossibleDuplicate {
  return {
    messageId,
    ...(newMessageId === undefined ? {} : {newMessageId}),
    reason: 'unverified',
    resent: false,
    code: 'CopyUnverified',
    message: 'SQS took an earlier send, and its answer did not prove the copy whole',
  }
}

function sentAgain(messageId: string): PossibleDuplicate {
  return {
    messageId,
    reason: 'unknownOutcome',
    resent: false,
    code: 'SentAgain',
    message: 'an earlier send had no known outcome, and it was sent again',
  }
}
