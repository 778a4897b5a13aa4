import {bridgePolicy} from './bridge.js'
import type {PolicyState} from './policy-state.js'
import {isSamePolicy, isSameState} from './policy-state.js'

/** One SetSubscriptionAttributes, which sets one attribute; `then` says what is delivered from then on. */
export interface ChangeStep {
  readonly attribute: 'FilterPolicy' | 'FilterPolicyScope'
  readonly value: string
  readonly then: string
}

const NEW = 'what the new policy lets through'
const ALL = 'every message'

/**
 * The calls that lead from one policy to another. A call sets policy or scope, never both, so a new scope needs a policy in between that
 * holds nothing back that either of the two lets through; where none can be written, the policy is taken away for that time: a message too many
 * can be dropped by its consumer, one too few is lost. Pure.
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
  if (bridge === undefined) return [policy('', ALL), scope(ALL), policy(text, NEW)]
  return [
    policy(bridge, `what the old policy lets through, or the new one in the scope ${before.filterPolicyScope}`),
    scope(`what the new policy lets through, or the old one in the scope ${filterPolicyScope}`),
    policy(text, NEW),
  ]
}

function policy(value: string, then: string): ChangeStep {
  return {attribute: 'FilterPolicy', value, then}
}
