import type {ChangeEffect} from '../../filters/change/effect.js'
import {changeEffect} from '../../filters/change/effect.js'
import type {KeyChange} from '../../filters/change/policy-diff.js'
import {diffPolicies} from '../../filters/change/policy-diff.js'
import type {PolicyState} from '../../filters/change/policy-state.js'
import type {ChangeStep} from '../../filters/change/steps.js'
import {changeSteps} from '../../filters/change/steps.js'
import {InvalidPatternError} from '../../filters/errors.js'
import type {FilterPolicyScope} from '../../filters/filter-policy.js'
import type {LintFinding} from '../../filters/lint/finding.js'
import {isAtLeast} from '../../filters/lint/finding.js'
import {lintPolicy} from '../../filters/lint/policy.js'
import type {FoundSubscription} from './find-subscription.js'
import type {FilterRequest} from './request.js'
import {wantedState} from './request.js'
import type {Sample} from './sample.js'

/** Findings that are said as warnings. */
const SHOWN = 12

/** A filter as documents have it; null: none. */
export interface ShownState {
  readonly filterPolicy: string | null
  readonly filterPolicyScope: FilterPolicyScope | null
}

/** A change of a subscription's filter: the calls it takes, and what it would do. */
export interface FilterPlan {
  readonly subscription: string
  readonly topic: {readonly name: string; readonly arn: string}
  readonly protocol: string
  readonly endpoint: string
  readonly before: ShownState
  readonly after: ShownState
  readonly changes: readonly KeyChange[]
  /** In this order; none where nothing changes. */
  readonly steps: readonly ChangeStep[]
  /** Null without a sample, or where the present policy cannot be judged here. */
  readonly sample: (ChangeEffect & {readonly source: string}) | null
  /** About the new policy; the grave ones are among the warnings. */
  readonly findings: readonly LintFinding[]
  readonly warnings: readonly string[]
}

/** `unchanged`: it was so already; `planned`: a dry run; `set`: done, and read back. */
export interface FilterSetResult extends Omit<FilterPlan, 'warnings'> {
  readonly state: 'unchanged' | 'planned' | 'set'
  /** What is to be known of a change that was made. */
  readonly notes: readonly string[]
}

/** AWS: "Additions or changes to a subscription filter policy require up to 15 minutes to fully take effect." */
const WAIT = 'It takes up to 15 minutes until the change is in force everywhere.'

/** What a subscription filters by now. */
export function presentState({settings}: FoundSubscription): PolicyState {
  const {filterPolicy, filterPolicyScope = 'MessageAttributes'} = settings
  return {filterPolicy, filterPolicyScope}
}

/** Plans a change. Pure; throws `FilterPolicyInvalid` (exit 2) for a policy that SNS refuses in the scope it is to have. */
export function planFilter(subscription: FoundSubscription, request: FilterRequest, sample?: Sample): FilterPlan {
  const before = presentState(subscription)
  const after = wantedState(request, before)
  const {effect, warnings} = effectOf(before, after, sample)
  const findings =
    after.filterPolicy === undefined ? [] : lintPolicy(after.filterPolicy, after.filterPolicyScope).findings
  return {
    subscription: subscription.subscriptionArn,
    topic: subscription.topic,
    protocol: subscription.protocol,
    endpoint: subscription.endpoint,
    before: shown(before),
    after: shown(after),
    changes: diffPolicies(before.filterPolicy, after.filterPolicy),
    steps: changeSteps(before, after),
    sample: effect,
    findings,
    warnings: [...(sample?.warnings ?? []), ...warnings, ...findingWarnings(findings)],
  }
}

/** The result of a plan, done or not. */
export function filterResult(plan: FilterPlan, state: FilterSetResult['state']): FilterSetResult {
  const {subscription, topic, protocol, endpoint, before, after, changes, steps, sample, findings} = plan
  const notes = state === 'set' ? [WAIT] : []
  return {state, subscription, topic, protocol, endpoint, before, after, changes, steps, sample, findings, notes}
}

function findingWarnings(findings: readonly LintFinding[]): string[] {
  const grave = findings.filter(finding => isAtLeast(finding, 'warn'))
  const more = grave.length - SHOWN
  return [
    ...grave.slice(0, SHOWN).map(({path, message}) => (path === null ? message : `${path}: ${message}`)),
    ...(more > 0 ? [`There are ${more} more findings of this kind: msgops filter lint lists them.`] : []),
  ]
}

function shown({filterPolicy, filterPolicyScope}: PolicyState): ShownState {
  return filterPolicy === undefined ? {filterPolicy: null, filterPolicyScope: null} : {filterPolicy, filterPolicyScope}
}

function effectOf(
  before: PolicyState,
  after: PolicyState,
  sample: Sample | undefined,
): {effect: FilterPlan['sample']; warnings: string[]} {
  if (sample === undefined) return {effect: null, warnings: []}
  try {
    return {effect: {source: sample.source, ...changeEffect(before, after, sample.messages)}, warnings: []}
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    const warning = `The present policy cannot be judged here, so the sample is not compared: ${error.reason}`
    return {effect: null, warnings: [warning]}
  }
}
