import type {KnownMessage} from './client/journal.js'
import type {MessageDetails, MessageStates} from './journal/message-states.js'

/** SQS drops a FIFO send that repeats a deduplication id within five minutes; less a margin for the way there. */
const DEDUPLICATION_MS = 300_000 - 30_000

/** What a journal says of each message, as the engine takes it. `nowMs`: epoch ms of the clock that the journal was written by. */
export function* knownMessages(
  states: MessageStates,
  {nowMs, fifo}: {nowMs: number; fifo: boolean},
): Generator<KnownMessage> {
  for (const [messageId, state] of states.entries()) {
    const details = states.detailsOf(messageId)
    const {newMessageId, firstAttemptMs} = details ?? {}
    yield {
      messageId,
      state,
      ...(newMessageId === undefined ? {} : {newMessageId}),
      ...(firstAttemptMs === undefined ? {} : {attemptedMsAgo: Math.max(0, nowMs - firstAttemptMs)}),
      ...(states.isUncertain(messageId) && !(fifo && wereDeduplicated(details)) ? {uncertain: true} : {}),
    }
  }
}

/** Whether SQS has dropped all sends of a FIFO message but one: the last was made within five minutes of the first. */
export function wereDeduplicated(details: MessageDetails | undefined): boolean {
  const {firstAttemptMs, lastAttemptMs} = details ?? {}
  if (firstAttemptMs === undefined || lastAttemptMs === undefined) return false
  return lastAttemptMs >= firstAttemptMs && lastAttemptMs - firstAttemptMs < DEDUPLICATION_MS
}
