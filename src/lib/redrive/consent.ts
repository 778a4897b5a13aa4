import type {AwsContext} from '../aws/context.js'
import type {PlannedQueue, RedrivePlan} from './plan.js'

/** What `--dry-run` tells: the plan and where it would be carried out. */
export interface DryRun {
  readonly dryRun: true
  readonly accountId: string
  readonly region: string
  readonly plan: RedrivePlan
}

/** The plan with the account and region it is for; changes nothing. */
export async function dryRunOf(aws: AwsContext, plan: RedrivePlan): Promise<DryRun> {
  const {accountId} = await aws.identity()
  return {dryRun: true, accountId, region: aws.region, plan}
}

/** The question and the facts that a person needs to answer it. */
export async function consentTo(aws: AwsContext, plan: RedrivePlan): Promise<{question: string; details: string[]}> {
  const {accountId} = await aws.identity()
  const count =
    plan.max === null ? plan.approximateNumberOfMessages : Math.min(plan.max, plan.approximateNumberOfMessages)
  return {
    question: `Redrive about ${count} ${count === 1 ? 'message' : 'messages'} from ${plan.source.name} to ${names(plan.destinations)}?`,
    details: [
      `Account ${accountId}, region ${aws.region}${aws.sandbox ? ' (sandbox)' : ''}`,
      `From ${plan.source.arn}: about ${plan.approximateNumberOfMessages} messages, ${plan.approximateNumberOfMessagesNotVisible} in flight`,
      plan.destination === null
        ? `To the queue each message came from: ${names(plan.destinations)}`
        : `To ${plan.destination.arn}`,
      ...(plan.max === null ? [] : [`At most ${plan.max} messages`]),
      ...(plan.perSecond === null ? [] : [`At most ${plan.perSecond} messages per second`]),
      `Engine ${plan.engine}: ${plan.reason}`,
      ...plan.remarks.map(remark => `Note: ${remark}`),
    ],
  }
}

function names(queues: readonly PlannedQueue[]): string {
  return queues.map(({name}) => name).join(', ')
}
