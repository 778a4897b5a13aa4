import type {AwsContext} from '../../aws/context.js'
import type {LiveAnswer, LiveJudge, LiveTrial} from '../../filters/live.js'
import {compared} from '../../filters/live.js'
import type {FilteredMessage, FilterPolicyScope} from '../../filters/filter-policy.js'
import type {Trial} from '../../filters/trial.js'
import {ExitCode, OpsError} from '../../ops-error.js'

/** Refuses a live trial in read-only mode before any question is asked: throws OpsError `ReadOnly` (exit 7). */
export function assertLiveAllowed({connection}: AwsContext): void {
  if (!connection.readOnly) return
  throw new OpsError('Read-only mode refuses --live, which makes a topic and queues and publishes. Nothing was sent.', {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: ['Leave out --live to try it offline, or --read-only to allow it.'],
  })
}

/** Refuses what SNS would not publish, before any question is asked: throws OpsError `MessageInvalid` (exit 2). Pure. */
export function assertPublishable({body}: FilteredMessage, scope: FilterPolicyScope): void {
  if (body !== '') return
  throw new OpsError('SNS takes no message without a body, so --live cannot publish it. Nothing was sent.', {
    code: 'MessageInvalid',
    exitCode: ExitCode.usage,
    suggestions: [
      ...(scope === 'MessageAttributes' ? ['Give it any body: a policy on attributes does not look at it.'] : []),
      'Leave out --live to try it offline.',
    ],
  })
}

/** What of a message is not published, as a trial has no need of it. Pure. */
export function unpublishedNotes({attributes}: FilteredMessage): string[] {
  const names = Object.entries(attributes).flatMap(([name, {stringValue}]) => (stringValue === undefined ? [name] : []))
  if (names.length === 0) return []
  return [`Not published, as filters take no notice of Binary attributes: ${names.join(', ')}.`]
}

/** What a live trial asks before it makes anything. */
export async function liveConsent(
  aws: AwsContext,
  signal: AbortSignal,
): Promise<{question: string; details: readonly string[]}> {
  const {accountId} = await aws.identity(signal)
  return {
    question: 'Make a temporary topic and two queues, publish the message there once, and remove them again?',
    details: [
      `In account ${accountId}, ${aws.region}: a topic and two SQS queues msgops-live-..., a subscription of each, one with the filter policy.`,
      'Nothing that exists is touched: the message goes to this topic alone. All of it is removed at the end.',
    ],
  }
}

/** SNS's answer beside ours; a delivery against our answer may come of a policy that is not in force yet. Pure. */
export function liveTrial(answer: LiveAnswer, ours: Pick<Trial, 'result'>, judge: LiveJudge): LiveTrial {
  const trial = compared(answer, ours, judge)
  if (trial.agrees !== false || trial.result !== 'match') return trial
  const remark =
    'A filter policy takes up to 15 minutes to be in force, so this delivery may be one that it would stop later.'
  return {...trial, remark}
}
