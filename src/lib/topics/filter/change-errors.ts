import {outcomeOf} from '../../aws/errors.js'
import {isSameState} from '../../filters/change/policy-state.js'
import type {PolicyState} from '../../filters/change/policy-state.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {FilterPlan, ShownState} from './plan.js'

/** Commands to type after a change that did not end as it should. */
export interface NextCommands {
  /** Puts the old filter back. */
  readonly restore: string
  /** Shows the filter. */
  readonly look: string
}

/** What is known when a change did not end as it should. */
export interface Ending extends NextCommands {
  /** What SNS shows now; undefined where it could not be read. */
  readonly now: PolicyState | undefined
}

/** A filter of a plan as a state; without a policy the scope means nothing. Pure. */
export function stateOf({filterPolicy, filterPolicyScope}: ShownState): PolicyState {
  return {filterPolicy: filterPolicy ?? undefined, filterPolicyScope: filterPolicyScope ?? 'MessageAttributes'}
}

/**
 * SNS refused a call, and the old filter is there, read back: the refusal's own code and exit code. `unread`: it was the first call, after
 * which nothing could be read back. Pure.
 */
export function refusedError(
  plan: FilterPlan,
  index: number,
  cause: OpsError,
  unread?: NextCommands & {readonly failure: OpsError},
): OpsError {
  const {subscription, before, steps} = plan
  const last = index === steps.length - 1
  const what =
    steps.length === 1
      ? 'the change'
      : `call ${index + 1} of ${steps.length}${last ? '' : ', which prepares the change,'}`
  const end =
    unread !== undefined
      ? `Nothing was changed before it; the filter could not be read back: ${unread.failure.message}`
      : index === 0
        ? 'Nothing was changed.'
        : before.filterPolicy === null
          ? 'It has no filter, as before.'
          : 'The old policy is in place again.'
  return new OpsError(`SNS refused ${what} of ${subscription}: ${cause.message} ${end}`, {
    code: cause.code,
    exitCode: cause.exitCode,
    suggestions: [
      ...cause.suggestions,
      ...byHand(plan, index, cause),
      ...(unread === undefined ? [] : [`Look at it: ${unread.look}`, `To put the old filter back: ${unread.restore}`]),
    ],
    requestId: cause.requestId,
    cause,
    ...(unread === undefined ? {} : {facts: {before, now: null}}),
  })
}

/** The change ended between the old filter and the new one, or where is not known. Pure. */
export function incompleteError(
  {subscription, before, steps}: FilterPlan,
  {index, cause, undo, unread}: {index: number; cause: OpsError; undo?: OpsError; unread?: OpsError},
  {restore, now}: Ending,
): OpsError {
  const unknown = outcomeOf(cause) === 'unknown'
  const call = `call ${index + 1} of ${steps.length}`
  const what = unknown
    ? `It is not known whether SNS took ${call} of the change of ${subscription}: ${cause.message}`
    : `The change of ${subscription} stopped half-way, at ${call}: ${cause.message}`
  const back =
    undo !== undefined
      ? ` The old filter could not be put back: ${undo.message}`
      : unread !== undefined
        ? ` The old filter was set again, and could not be read back: ${unread.message}`
        : ''
  const passing = [cause, undo].some(one => one?.exitCode === ExitCode.unreachable)
  return new OpsError(`${what}${back} ${nowText(now, before)}`, {
    code: unknown ? 'FilterOutcomeUnknown' : 'FilterChangeIncomplete',
    exitCode: unknown && index === 0 ? ExitCode.unreachable : ExitCode.partial,
    suggestions: [
      `To put the old filter back: ${restore}`,
      ...(passing || unknown ? ['Or run the command again: it goes on from what is there.'] : []),
      ...(undo ?? unread ?? cause).suggestions,
    ],
    requestId: cause.requestId,
    cause,
    facts: {before, now: shownNow(now)},
  })
}

/** Every call was taken, and SNS shows something else, or nothing. Pure. */
export function notConfirmedError(
  {subscription, before}: FilterPlan,
  {restore, look, now}: Ending,
  cause?: OpsError,
): OpsError {
  const message =
    now === undefined
      ? `SNS took the change of ${subscription}, which could not be read back: ${cause?.message ?? 'no answer'}`
      : `SNS took the change of ${subscription}, and shows another filter than was set. ${nowText(now, before)}`
  return new OpsError(message, {
    code: 'FilterNotConfirmed',
    exitCode: ExitCode.partial,
    suggestions: [
      ...(now === undefined ? [] : ['Somebody may have changed it at the same time.']),
      `Look at it: ${look}`,
      `To put the old filter back: ${restore}`,
    ],
    requestId: cause?.requestId,
    cause,
    facts: {before, now: shownNow(now)},
  })
}

function shownNow(now: PolicyState | undefined): ShownState | null {
  if (now === undefined) return null
  const {filterPolicy = null, filterPolicyScope} = now
  return {filterPolicy, filterPolicyScope: filterPolicy === null ? null : filterPolicyScope}
}

function nowText(now: PolicyState | undefined, before: ShownState): string {
  if (now === undefined) return 'What it filters by now could not be read.'
  if (isSameState(now, stateOf(before))) return 'SNS shows the old filter now.'
  const {filterPolicy, filterPolicyScope} = now
  return filterPolicy === undefined
    ? 'SNS shows no filter now: every message is delivered.'
    : `SNS shows this policy now, in the scope ${filterPolicyScope}: ${filterPolicy}`
}

// A policy that is only for the time in between may be refused although the new one would not.
function byHand({steps}: FilterPlan, index: number, cause: OpsError): string[] {
  if (steps.length < 3 || index > 0 || cause.exitCode !== ExitCode.failed) return []
  return [
    'If SNS takes the new policy alone: give --remove first, then the policy; every message is delivered meanwhile.',
  ]
}
