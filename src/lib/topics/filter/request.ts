import type {PolicyState} from '../../filters/change/policy-state.js'
import {InvalidPatternError} from '../../filters/errors.js'
import type {FilterPolicyScope} from '../../filters/filter-policy.js'
import {inWhoseWords} from '../../filters/our-words.js'
import {compileFilterPolicy} from '../../filters/filter-policy.js'
import {ExitCode, OpsError} from '../../ops-error.js'

/** What a subscription is to filter by: a policy, or none. */
export type FilterRequest =
  | {readonly remove: true}
  | {readonly remove: false; readonly filterPolicy: string; readonly filterPolicyScope?: FilterPolicyScope}

/** Exactly one of a policy and its removal; throws OpsError `UsageError` (exit 2). */
export function assertOneChange(policy: string | undefined, remove: boolean): void {
  if ((policy !== undefined) !== remove) return
  throw new OpsError(remove ? '--policy and --remove contradict each other' : 'No policy is given', {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['Give --policy with a file or JSON text, or --remove to deliver every message.'],
  })
}

/**
 * The policy as it will be sent, refused before anything is asked of AWS where SNS would refuse it in any scope; an empty one is refused, as it
 * would take the filter away. Throws OpsError `FilterPolicyInvalid` or `FilterPolicyEmpty` (exit 2).
 */
export function requestedFilter(text: string | undefined, filterPolicyScope?: FilterPolicyScope): FilterRequest {
  if (text === undefined) return {remove: true}
  const filterPolicy = text.replace(/^\ufeff/, '').trim()
  // What the body may have is all that a policy may have.
  const {leafKeys} = compiled(filterPolicy, filterPolicyScope ?? 'MessageBody')
  if (leafKeys > 0) return {remove: false, filterPolicy, filterPolicyScope}
  throw new OpsError('The policy is empty: with it every message would be delivered', {
    code: 'FilterPolicyEmpty',
    exitCode: ExitCode.usage,
    suggestions: ['To take the filter away, give --remove instead of --policy.'],
  })
}

/** The filter that a request makes of the present one: where no scope is asked for, it stays as it is. Throws `FilterPolicyInvalid` (exit 2). */
export function wantedState(request: FilterRequest, present: PolicyState): PolicyState {
  if (request.remove) return {filterPolicyScope: present.filterPolicyScope}
  const {filterPolicy, filterPolicyScope = present.filterPolicyScope} = request
  compiled(filterPolicy, filterPolicyScope)
  return {filterPolicy, filterPolicyScope}
}

function compiled(filterPolicy: string, scope: FilterPolicyScope): {readonly leafKeys: number} {
  try {
    return compileFilterPolicy(filterPolicy, scope)
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    const {location} = error
    const place = location === undefined ? '' : ` (line ${location.line}, column ${location.column})`
    throw new OpsError(`SNS would refuse the filter policy: ${inWhoseWords(error.message + place, error.source)}`, {
      code: 'FilterPolicyInvalid',
      exitCode: ExitCode.usage,
      suggestions: [
        ...(scope === 'MessageAttributes' && error.reason.includes('nested')
          ? ['A policy on the body may be nested: --scope MessageBody.']
          : []),
        'msgops filter lint tells more about a policy.',
      ],
      cause: error,
    })
  }
}
