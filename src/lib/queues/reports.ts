import type {ExitCode as Code} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import {undecidedWarnings} from '../selection/sieve.js'
import type {QueueList} from './list-queues.js'
import type {PeekResult} from './peek-queue.js'
import {targetName} from './receive-limit.js'
import type {QueueDetail} from './show-queue.js'

/** What a command says about a result beside the result itself. `exitCode` is undefined where the frame's own code is right. */
export interface Report {
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  readonly exitCode?: Code
}

/** Partial (exit 3) when the attributes of a queue were denied; says when the limit cut the list. */
export function listReport({queues, truncated}: QueueList): Report {
  const unread = queues.filter(queue => queue.error !== undefined)
  return {
    warnings: unread.map(({name, error}) => `The attributes of ${name} could not be read: ${error?.message ?? ''}`),
    notes: truncated ? [`There are more queues than the ${queues.length} listed; raise --limit or leave it out.`] : [],
    exitCode: unread.length > 0 ? ExitCode.partial : undefined,
  }
}

/** Partial (exit 3) when a part of the queue could not be read. */
export function showReport({incomplete}: QueueDetail): Report {
  return {
    warnings: incomplete.map(({part, message}) => `Not shown, ${part}: ${message}`),
    notes: [],
    exitCode: incomplete.length > 0 ? ExitCode.partial : undefined,
  }
}

/**
 * Partial (exit 3) when messages stay hidden, do not verify, could not be judged, or were left unseen for a reason other than the
 * asked-for maximum.
 */
export function peekReport(result: PeekResult): Report {
  const warnings = [
    ...limitWarnings(result),
    ...endWarnings(result),
    ...hiddenWarnings(result),
    ...undecidedWarnings(result),
  ]
  const partial =
    result.stillHidden.length > 0 ||
    result.undecided > 0 ||
    result.unverified.length > 0 ||
    ['receiveLimit', 'holdTime', 'failed'].includes(result.ended)
  return {warnings, notes: peekNotes(result), exitCode: partial ? ExitCode.partial : undefined}
}

function limitWarnings({atReceiveLimit, redrivePolicy, ended}: PeekResult): string[] {
  if (atReceiveLimit.length === 0 || redrivePolicy === undefined) return []
  const one = atReceiveLimit.length === 1
  const stopped =
    ended === 'receiveLimit'
      ? ' The peek ended there, so as not to use up the last receive of others; --force looks at the rest.'
      : ''
  return [
    `${ids(atReceiveLimit)} ${one ? 'has' : 'have'} been received ${redrivePolicy.maxReceiveCount} times, the most this queue allows: ` +
      `the next receive moves ${one ? 'it' : 'them'} to ${targetName(redrivePolicy)}.${stopped}`,
  ]
}

function endWarnings({ended, failure, queue, lookedAt}: PeekResult): string[] {
  if (ended === 'scan')
    return [
      `The peek ended after it had looked at ${lookedAt} messages; ${queue.name} may hold more that match: --scan looks further.`,
    ]
  if (ended === 'holdTime')
    return [`The messages seen were given back before their visibility timeout ended; ${queue.name} may hold more.`]
  if (ended === 'failed') return [`The peek ended early: ${failure?.message ?? 'a receive failed'}`]
  return []
}

function hiddenWarnings({stillHidden, unverified}: PeekResult): string[] {
  const hidden = stillHidden.map(
    ({messageId, reason, hiddenUntil}) =>
      `${messageId} could not be given back and is hidden until ${hiddenUntil}: ${reason}`,
  )
  const changed =
    unverified.length === 0 ? [] : [`The MD5 that SQS gave is not that of what arrived: ${ids(unverified)}`]
  return [...hidden, ...changed]
}

function peekNotes(result: PeekResult): string[] {
  const {lookedAt, receiveCountRaised, ended, approximateNumberOfMessages: approximate} = result
  const by = receiveCountRaised === lookedAt ? 'by one' : 'by one or more'
  return [
    ...(result.selection === null || lookedAt === 0 ? [] : [matchNote(result)]),
    ...(lookedAt > 0
      ? [`A peek is a receive: the receive count of ${lookedAt} ${lookedAt === 1 ? 'message' : 'messages'} rose ${by}.`]
      : []),
    ...(ended === 'empty' && approximate > lookedAt
      ? [`SQS counts about ${approximate} messages; those not looked at may be held by a consumer.`]
      : []),
    ...(ended === 'interrupted' ? ['Interrupted; what was received has been given back.'] : []),
  ]
}

function matchNote({lookedAt, matched, messages}: PeekResult): string {
  const shown = matched > messages.length ? `, of which ${messages.length} are shown` : ''
  return `Looked at ${lookedAt} ${lookedAt === 1 ? 'message' : 'messages'}: ${matched} ${matched === 1 ? 'matches' : 'match'}${shown}.`
}

function ids(list: readonly string[]): string {
  return list.join(', ')
}
