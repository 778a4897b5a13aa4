import {UndecidedError} from '../errors.js'
import type {Explanation} from '../explanation.js'
import type {FilteredMessage, FilterPolicy} from '../filter-policy.js'
import {compileFilterPolicy} from '../filter-policy.js'
import {OpsError} from '../../ops-error.js'
import type {PolicyState} from './policy-state.js'

const SHOWN = 10

/** A message of a sample, by what it can be found again. */
export interface SampledMessage {
  readonly id: string
  readonly message: FilteredMessage
}

/** A message that a change lets in or keeps out, and the key that decides: the first that does not match in the policy that keeps it out. */
export interface MovedMessage {
  readonly id: string
  /** Dotted path; null where something else decides. */
  readonly key: string | null
  readonly because: string
}

/** What a change would have done to a sample; of the messages that start or stop arriving the first ten are named. */
export interface ChangeEffect {
  readonly total: number
  readonly arriveBefore: number
  readonly arriveAfter: number
  readonly start: number
  readonly stop: number
  readonly starting: readonly MovedMessage[]
  readonly stopping: readonly MovedMessage[]
}

/**
 * Tries two policies on a sample. Pure; throws InvalidPatternError for a policy that cannot be compiled here, and UndecidedError's OpsError,
 * with the message's id, for a message that cannot be decided.
 */
export function changeEffect(before: PolicyState, after: PolicyState, sample: readonly SampledMessage[]): ChangeEffect {
  const [old, next] = [compiled(before), compiled(after)]
  const judged = sample.map(one => ({...one, had: decided(old, one), has: decided(next, one)}))
  const starting = judged.filter(({had, has}) => !had && has)
  const stopping = judged.filter(({had, has}) => had && !has)
  return {
    total: sample.length,
    arriveBefore: judged.filter(({had}) => had).length,
    arriveAfter: judged.filter(({has}) => has).length,
    start: starting.length,
    stop: stopping.length,
    starting: starting.slice(0, SHOWN).map(({id, message}) => moved(id, old.explain(message))),
    stopping: stopping.slice(0, SHOWN).map(({id, message}) => moved(id, next.explain(message))),
  }
}

function decided(policy: FilterPolicy, {id, message}: SampledMessage): boolean {
  try {
    return policy.matches(message)
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error
    const {code, exitCode, suggestions} = error
    throw new OpsError(`Message ${id} of the sample: ${error.message}`, {code, exitCode, suggestions, cause: error})
  }
}

function compiled({filterPolicy = '', filterPolicyScope}: PolicyState): FilterPolicy {
  return compileFilterPolicy(filterPolicy, filterPolicyScope)
}

function moved(id: string, {reason, keys}: Explanation): MovedMessage {
  const key = keys.find(({matched}) => !matched)
  if (reason !== undefined || key === undefined) return {id, key: null, because: reason ?? 'its fields together'}
  if (key.branches !== undefined) return {id, key: key.path, because: 'no branch matches'}
  const seen = key.values.length === 0 ? 'is not there' : `is ${key.values.join(', ')}`
  return {id, key: key.path, because: seen}
}
