import type {FilterPolicyScope} from '../../filters/filter-policy.js'
import type {LintFinding} from '../../filters/lint/finding.js'
import type {PolicyLint} from '../../filters/lint/policy.js'
import {lintPolicy} from '../../filters/lint/policy.js'
import type {FoundSubscription} from './find-subscription.js'

/** The filter of one subscription, and what there is to say about it. */
export interface FilterDetail {
  /** ARN. */
  readonly subscription: string
  readonly topic: {readonly name: string; readonly arn: string}
  readonly protocol: string
  readonly endpoint: string
  /** The JSON text as SNS keeps it; null: none, every message is delivered. */
  readonly filterPolicy: string | null
  /** Null where there is no policy: SNS tells no scope then. */
  readonly filterPolicyScope: FilterPolicyScope | null
  /** What SNS counts; null without a policy, or where it cannot be read here. */
  readonly counts: PolicyLint['counts']
  readonly findings: readonly LintFinding[]
}

/** Judges the filter policy of a subscription. Pure. */
export function filterDetail({subscriptionArn, topic, protocol, endpoint, settings}: FoundSubscription): FilterDetail {
  const {filterPolicy, filterPolicyScope = 'MessageAttributes'} = settings
  const found = {subscription: subscriptionArn, topic, protocol, endpoint}
  if (filterPolicy === undefined)
    return {...found, filterPolicy: null, filterPolicyScope: null, counts: null, findings: []}
  const {counts, findings} = lintPolicy(filterPolicy, filterPolicyScope)
  return {...found, filterPolicy, filterPolicyScope, counts, findings}
}
