import type {KnownMessage} from './client/journal.js'
import {DEDUPLICATION_MS} from './client/outgoing.js'
import type {MessageDetails, MessageStates} from './journal/message-states.js'

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
      // A clock that was set back since tells nothing of the time that has passed.
      ...(firstAttemptMs === undefined || nowMs < firstAttemptMs ? {} : {attemptedMsAgo: nowMs - firstAttemptMs}),
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
