import {SetSubscriptionAttributesCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import {isSameState} from '../../filters/change/policy-state.js'
import type {PolicyState} from '../../filters/change/policy-state.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {readSubscription} from './find-subscription.js'
import type {FilterPlan, ShownState} from './plan.js'
import {presentState} from './plan.js'

/**
 * Carries a plan out: reads the filter again and refuses where somebody changed it since the plan was made (`FilterPolicyChanged`, exit 7),
 * then makes the calls in order, then reads back what is there. A signal is heeded before the first call only, because half a change is worse
 * than a late one. Throws `FilterChangeIncomplete` (exit 3) where a later call fails, with what is in force, and `FilterNotConfirmed`
 * (exit 3) where SNS shows something else in the end.
 */
export async function applyFilter(
  aws: AwsContext,
  plan: FilterPlan,
  {signal}: {signal?: AbortSignal} = {},
): Promise<void> {
  await assertUnchanged(aws, plan, signal)
  signal?.throwIfAborted()
  const sns = await aws.sns()
  for (const [index, {attribute, value}] of plan.steps.entries()) {
    const command = new SetSubscriptionAttributesCommand({
      SubscriptionArn: plan.subscription,
      AttributeName: attribute,
      AttributeValue: value,
    })
    try {
      await sns.send(command)
    } catch (error) {
      if (!(error instanceof OpsError)) throw error
      if (index > 0) throw incomplete(plan, index, error)
      throw outcomeOf(error) === 'unknown' ? unknownOutcome(plan, error) : error
    }
  }
  await assertSet(aws, plan)
}

async function assertUnchanged(
  aws: AwsContext,
  {subscription, before}: FilterPlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await readSubscription(aws, subscription, {signal})
  if (isSameState(presentState(found), stateOf(before))) return
  throw new OpsError(`Somebody changed the filter of ${subscription} in the meantime. Nothing was changed.`, {
    code: 'FilterPolicyChanged',
    exitCode: ExitCode.refused,
    suggestions: ['Look at it with msgops filter show, and run the command again for a plan on what is there now.'],
  })
}

async function assertSet(aws: AwsContext, {subscription, after}: FilterPlan): Promise<void> {
  const found = await readSubscription(aws, subscription)
  if (isSameState(presentState(found), stateOf(after))) return
  throw new OpsError(`SNS took the change, and shows another filter of ${subscription} than was set`, {
    code: 'FilterNotConfirmed',
    exitCode: ExitCode.partial,
    suggestions: ['Somebody may have changed it at the same time: look at it with msgops filter show.'],
  })
}

function unknownOutcome({subscription}: FilterPlan, cause: OpsError): OpsError {
  return new OpsError(`It is not known whether SNS took the change of ${subscription}: ${cause.message}`, {
    code: 'FilterOutcomeUnknown',
    exitCode: ExitCode.unreachable,
    suggestions: ['Run the command again: it tells what is there, and changes what is left to change.'],
    requestId: cause.requestId,
    cause,
  })
}

function incomplete({subscription, steps}: FilterPlan, failed: number, cause: OpsError): OpsError {
  const done = steps[failed - 1]
  return new OpsError(
    `The change of ${subscription} stopped half-way, at call ${failed + 1} of ${steps.length}: ${cause.message} From now on it delivers ${done?.then ?? 'what it did'}.`,
    {
      code: 'FilterChangeIncomplete',
      exitCode: ExitCode.partial,
      suggestions: ['Run the command again: it goes on from what is there.', ...cause.suggestions],
      requestId: cause.requestId,
      cause,
    },
  )
}

function stateOf({filterPolicy, filterPolicyScope}: ShownState): PolicyState {
  return {filterPolicy: filterPolicy ?? undefined, filterPolicyScope: filterPolicyScope ?? 'MessageAttributes'}
}
