import type {MessageState} from '../redrive/client/journal.js'
import type {JournalHeader} from '../redrive/journal/header.js'
import type {MessageStates, UncertainMessage} from '../redrive/journal/message-states.js'
import {wereDeduplicated} from '../redrive/known-messages.js'

/**
 * A message that may exist twice. `unknownOutcome`: its send has no known outcome. `unverified`: a copy is there, but not proven whole.
 * `sentAgain`: a copy is verified, and an earlier send may have made another. `notDeleted`: a copy is verified, and its delete from the
 * source is not recorded.
 */
export interface Doubt {
  readonly messageId: string
  /** MessageId of the copy, where it is known. */
  readonly newMessageId: string | null
  readonly state: MessageState
  readonly reason: 'unknownOutcome' | 'unverified' | 'sentAgain' | 'notDeleted'
  readonly attempts: number
  /** ISO 8601, by the clock of the machine that sent. */
  readonly firstAttemptAt: string | null
  readonly lastAttemptAt: string | null
}

/** Every message of a journal that may exist twice. `running`: what is under way is in no doubt yet. */
export function doubtsOf(states: MessageStates, header: JournalHeader, {running}: {running: boolean}): Doubt[] {
  const uncertain = [...states.uncertain()].filter(
    message => !(running && isUnderWay(message)) && !(header.fifo && isSettled(message) && wereDeduplicated(message)),
  )
  const isMove = header.mode === 'move'
  return [...uncertain, ...(isMove && !running ? undeleted(states, uncertain) : [])].map(doubtOf)
}

/** Sends of a running job that wait for their answer. */
export function underWay(states: MessageStates): number {
  return [...states.uncertain()].filter(isUnderWay).length
}

function isUnderWay({state, attempts}: UncertainMessage): boolean {
  return state === 'intent' && attempts === 1
}

function isSettled({state}: UncertainMessage): boolean {
  return state === 'sent' || state === 'deleted'
}

function undeleted(states: MessageStates, uncertain: readonly UncertainMessage[]): UncertainMessage[] {
  if (states.counts.sent === 0) return []
  const listed = new Set(uncertain.map(({messageId}) => messageId))
  const found: UncertainMessage[] = []
  for (const [messageId, state] of states.entries()) {
    if (state !== 'sent' || listed.has(messageId)) continue
    const details = states.detailsOf(messageId)
    if (details !== undefined) found.push({messageId, state, ...details})
  }
  return found.sort((a, b) => (a.firstAttemptMs ?? 0) - (b.firstAttemptMs ?? 0) || (a.messageId < b.messageId ? -1 : 1))
}

/** An uncertain message as a document shows it. */
export function doubtOf(message: UncertainMessage): Doubt {
  const {messageId, newMessageId = null, state, attempts, firstAttemptMs, lastAttemptMs} = message
  return {
    messageId,
    newMessageId,
    state,
    reason: reasonOf(message),
    attempts,
    firstAttemptAt: timeOf(firstAttemptMs),
    lastAttemptAt: timeOf(lastAttemptMs),
  }
}

function reasonOf({state, attempts}: UncertainMessage): Doubt['reason'] {
  if (state === 'unverified') return 'unverified'
  if (state === 'sent') return attempts > 1 ? 'sentAgain' : 'notDeleted'
  return state === 'deleted' ? 'sentAgain' : 'unknownOutcome'
}

function timeOf(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString()
}
