import type {FilterPolicyScope} from '../filter-policy.js'

/** What a subscription filters by; without a policy every message is delivered, and the scope means nothing. */
export interface PolicyState {
  /** The JSON text. */
  readonly filterPolicy?: string
  readonly filterPolicyScope: FilterPolicyScope
}

/** Whether two policies are one text but for the white space between their tokens; SNS may give back what it was given in another layout. Pure. */
export function isSamePolicy(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && compactPolicy(one) === compactPolicy(other))
}

/** Whether both let the same messages through, by the same text in the same scope. Pure. */
export function isSameState(one: PolicyState, other: PolicyState): boolean {
  if (!isSamePolicy(one.filterPolicy, other.filterPolicy)) return false
  return one.filterPolicy === undefined || one.filterPolicyScope === other.filterPolicyScope
}

/** A policy without the white space between its tokens. Pure. */
export function compactPolicy(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/gs, (_, string: string | undefined) => string ?? '')
}
