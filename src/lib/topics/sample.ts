import {InvalidPatternError, UndecidedError} from '../filters/errors.js'
import type {FilteredMessage, FilterPolicy} from '../filters/filter-policy.js'
import {compileFilterPolicy} from '../filters/filter-policy.js'
import type {Subscription} from './subscriptions.js'

/** How many messages of a sample a subscription's filter policy lets through; `invalid` where the policy cannot be compiled here. */
export interface FilterStatistics {
  readonly total: number
  readonly matched: number
  /** Messages made so hard that it cannot be told; absent where there are none. */
  readonly undecided?: number
  readonly invalid?: string
}

/**
 * Tries the filter policy of each subscription on a sample of messages; without a policy every message passes. Undefined for one whose
 * policy was not read, or that gets nothing because it is not confirmed. Pure.
 */
export function statisticsOf(
  subscriptions: readonly Subscription[],
  sample: readonly FilteredMessage[],
): (FilterStatistics | undefined)[] {
  return subscriptions.map(({settings}) => {
    if (settings === undefined || settings.pendingConfirmation) return undefined
    const {filterPolicy, filterPolicyScope = 'MessageAttributes'} = settings
    const total = sample.length
    if (filterPolicy === undefined) return {total, matched: total}
    try {
      const policy = compileFilterPolicy(filterPolicy, filterPolicyScope)
      const verdicts = sample.map(message => verdict(policy, message))
      const undecided = verdicts.filter(one => one === undefined).length
      return {total, matched: verdicts.filter(one => one === true).length, ...(undecided > 0 && {undecided})}
    } catch (error) {
      if (error instanceof InvalidPatternError) return {total, matched: 0, invalid: error.reason}
      throw error
    }
  })
}

function verdict(policy: FilterPolicy, message: FilteredMessage): boolean | undefined {
  try {
    return policy.matches(message)
  } catch (error) {
    if (error instanceof UndecidedError) return undefined
    throw error
  }
}
