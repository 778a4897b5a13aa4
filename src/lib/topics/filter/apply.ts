import {SetSubscriptionAttributesCommand} from '@aws-sdk/client-sns'
import {opsCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import {isSameState} from '../../filters/change/policy-state.js'
import type {PolicyState} from '../../filters/change/policy-state.js'
import type {AttributeCall} from '../../filters/change/steps.js'
import {statesOf, undoCalls} from '../../filters/change/steps.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {NextCommands} from './change-errors.js'
import {incompleteError, notConfirmedError, refusedError, stateOf} from './change-errors.js'
import {readSubscription} from './find-subscription.js'
import type {FilterPlan} from './plan.js'
import {presentState} from './plan.js'

interface Options {
  /** The command that puts the old filter back, for an error after which it may be gone. */
  readonly restore: string
  readonly signal?: AbortSignal
}

/**
 * Carries a plan out: reads the filter again and refuses where somebody changed it since the plan was made (`FilterPolicyChanged`, exit 7),
 * then makes the calls in order, then reads back what is there. A signal is heeded before the first call only, because half a change is worse
 * than a late one. A call that SNS refuses is followed by the way back: the error is the refusal's own, and the old filter is in place. Where it is
 * not, or where is not known, throws `FilterChangeIncomplete` (exit 3), `FilterOutcomeUnknown` (exit 6 at the first call, else 3) or
 * `FilterNotConfirmed` (exit 3), with `before` and `now` as facts.
 */
export async function applyFilter(aws: AwsContext, plan: FilterPlan, {restore, signal}: Options): Promise<void> {
  const next = {restore, look: opsCommand(aws, ['filter', 'show', plan.subscription])}
  await assertUnchanged(aws, plan, {look: next.look, signal})
  signal?.throwIfAborted()
  for (const [index, step] of plan.steps.entries()) {
    const failure = await failureOf(aws, plan, step)
    if (failure === undefined) continue
    if (outcomeOf(failure) !== 'unknown') throw await takenBack(aws, plan, {index, cause: failure, next})
    const now = await read(aws, plan)
    if (!tookEffect(plan, index, now)) {
      throw incompleteError(plan, {index, cause: failure}, {...next, now: now instanceof OpsError ? undefined : now})
    }
  }
  await assertSet(aws, plan, next)
}

async function assertUnchanged(
  aws: AwsContext,
  {subscription, before}: FilterPlan,
  {look, signal}: {look: string; signal: AbortSignal | undefined},
): Promise<void> {
  const found = await readSubscription(aws, subscription, {signal})
  if (isSameState(presentState(found), stateOf(before))) return
  throw new OpsError(`Somebody changed the filter of ${subscription} in the meantime. Nothing was changed.`, {
    code: 'FilterPolicyChanged',
    exitCode: ExitCode.refused,
    suggestions: [`Look at it with ${look}, and run the command again for a plan on what is there now.`],
  })
}

async function assertSet(aws: AwsContext, plan: FilterPlan, next: NextCommands): Promise<void> {
  const now = await read(aws, plan)
  if (now instanceof OpsError) throw notConfirmedError(plan, {...next, now: undefined}, now)
  if (!isSameState(now, stateOf(plan.after))) throw notConfirmedError(plan, {...next, now})
}

/** Leads back to the old filter, and gives the error that tells how that went. */
async function takenBack(
  aws: AwsContext,
  plan: FilterPlan,
  {index, cause, next}: {index: number; cause: OpsError; next: NextCommands},
): Promise<OpsError> {
  const before = stateOf(plan.before)
  for (const call of index === 0 ? [] : undoCalls(before, plan.steps, index)) {
    const undo = await failureOf(aws, plan, call)
    if (undo === undefined) continue
    const now = await read(aws, plan)
    return incompleteError(plan, {index, cause, undo}, {...next, now: now instanceof OpsError ? undefined : now})
  }
  const now = await read(aws, plan)
  if (now instanceof OpsError) {
    // The first call was refused: there was nothing to lead back from.
    if (index === 0) return refusedError(plan, index, cause, {...next, failure: now})
    return incompleteError(plan, {index, cause, unread: now}, {...next, now: undefined})
  }
  return isSameState(now, before)
    ? refusedError(plan, index, cause)
    : incompleteError(plan, {index, cause}, {...next, now})
}

/** Makes a call; gives the failure, where it can be acted on. */
async function failureOf(
  aws: AwsContext,
  {subscription}: FilterPlan,
  {attribute, value}: AttributeCall,
): Promise<OpsError | undefined> {
  const sns = await aws.sns()
  try {
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName: attribute,
        AttributeValue: value,
      }),
    )
    return undefined
  } catch (error) {
    if (error instanceof OpsError) return error
    throw error
  }
}

async function read(aws: AwsContext, {subscription}: FilterPlan): Promise<PolicyState | OpsError> {
  try {
    return presentState(await readSubscription(aws, subscription))
  } catch (error) {
    if (error instanceof OpsError) return error
    throw error
  }
}

/** Whether SNS shows that a call without an answer took effect; a scope cannot be seen while there is no policy. */
function tookEffect({before, steps}: FilterPlan, index: number, now: PolicyState | OpsError): boolean {
  const states = statesOf(stateOf(before), steps)
  const [from, to] = [states[index], states[index + 1]]
  if (now instanceof OpsError || from === undefined || to === undefined) return false
  return isSameState(now, to) && !isSameState(now, from)
}
