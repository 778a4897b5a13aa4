import {bridgePolicy, trialPolicy} from './bridge.js'
import type {PolicyState} from './policy-state.js'
import {isSamePolicy, isSameState} from './policy-state.js'

/** What one SetSubscriptionAttributes sets: one attribute. */
export interface AttributeCall {
  readonly attribute: 'FilterPolicy' | 'FilterPolicyScope'
  readonly value: string
}

/** One call of a change; `then` says what is delivered from then on. */
export interface ChangeStep extends AttributeCall {
  readonly then: string
}

const NEW = 'what the new policy lets through'
const ALL = 'every message'

/**
 * The calls that lead from one policy to another. A call sets policy or scope, never both, so a new scope needs a policy in between: until the
 * scope changes it lets through at least what the old policy does, and from then on at least what the new one does. Where none can be
 * written, the policy is taken away for that time: a message too many can be dropped by its consumer, one too few is lost. Either way the
 * new policy is shown to SNS before the old one is out of force, where the limits of SNS leave room for that. Pure.
 * https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
export function changeSteps(before: PolicyState, after: PolicyState): ChangeStep[] {
  if (isSameState(before, after)) return []
  const {filterPolicy: text, filterPolicyScope} = after
  if (text === undefined) return [policy('', ALL)]
  const scope = (then: string): ChangeStep => ({attribute: 'FilterPolicyScope', value: filterPolicyScope, then})
  // Without a policy SNS tells no scope, and one may be left of earlier times.
  if (before.filterPolicy === undefined) return [scope(ALL), policy(text, NEW)]
  if (before.filterPolicyScope === filterPolicyScope) return [policy(text, NEW)]
  if (isSamePolicy(before.filterPolicy, text)) return [scope(NEW)]
  const bridge = bridgePolicy(before.filterPolicy, text)
  if (bridge === undefined) {
    const trial = trialPolicy(text)
    return [
      ...(trial === undefined ? [] : [policy(trial, passedBy(before.filterPolicyScope))]),
      policy('', ALL),
      scope(ALL),
      policy(text, NEW),
    ]
  }
  return [
    policy(bridge, `what the old policy lets through, or the new one in the scope ${before.filterPolicyScope}`),
    scope(`what the new policy lets through, or the old one in the scope ${filterPolicyScope}`),
    policy(text, NEW),
  ]
}

/** What a subscription filters by after each call of a change, and before the first: one state more than there are calls. Pure. */
export function statesOf(before: PolicyState, steps: readonly AttributeCall[]): [PolicyState, ...PolicyState[]] {
  let state = before
  const later = steps.map(({attribute, value}): PolicyState => {
    const {filterPolicy, filterPolicyScope} = state
    state =
      attribute === 'FilterPolicy'
        ? {filterPolicy: value === '' ? undefined : value, filterPolicyScope}
        : {filterPolicy, filterPolicyScope: value === 'MessageBody' ? 'MessageBody' : 'MessageAttributes'}
    return state
  })
  return [before, ...later]
}

/**
 * The calls that lead back from a change that was refused at the call of this index, through the states that it came by. The refused call is
 * undone too: an attempt of it before the one that was answered may have taken effect. Pure.
 */
export function undoCalls(before: PolicyState, steps: readonly AttributeCall[], refused: number): AttributeCall[] {
  const states = statesOf(before, steps)
  const undone = steps
    .slice(0, refused + 1)
    .map(({attribute}, index) => ({attribute, value: valueOf(states[index] ?? before, attribute)}))
    .toReversed()
    // What scope there was without a policy is not known, and means nothing.
    .filter(({attribute}) => attribute === 'FilterPolicy' || before.filterPolicy !== undefined)
  return undone.filter(({attribute}, index) => undone[index + 1]?.attribute !== attribute)
}

function valueOf({filterPolicy = '', filterPolicyScope}: PolicyState, attribute: AttributeCall['attribute']): string {
  return attribute === 'FilterPolicy' ? filterPolicy : filterPolicyScope
}

function passedBy(scope: PolicyState['filterPolicyScope']): string {
  return scope === 'MessageBody' ? 'every message whose body is a JSON object' : 'every message that has attributes'
}

function policy(value: string, then: string): ChangeStep {
  return {attribute: 'FilterPolicy', value, then}
}
