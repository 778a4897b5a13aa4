import type {AwsContext} from '../aws/context.js'
import type {PreparedRedrive} from './preflight.js'
import type {PlannedCanary, PlannedQueue, RedrivePlan} from './plan.js'

/** What `--dry-run` tells: the plan and where it would be carried out. */
export interface DryRun {
  readonly dryRun: true
  readonly accountId: string
  readonly region: string
  /** Where the destination is, when that is not where the dead-letter queue is. */
  readonly to: {readonly accountId: string; readonly region: string} | null
  readonly plan: RedrivePlan
  /** The file that the plan was written to (`--plan`). */
  readonly planFile?: {
    readonly path: string
    /** ISO 8601. */
    readonly expiresAt: string
    /** How many messages the queue may hold when it is carried out. */
    readonly countRange: {readonly least: number; readonly most: number}
  }
}

/** The plan with the account and region it is for; changes nothing. */
export async function dryRunOf(aws: AwsContext, {plan, toAws}: PreparedRedrive): Promise<DryRun> {
  const {accountId} = await aws.identity()
  return {dryRun: true, accountId, region: aws.region, to: await placeOf(toAws), plan}
}

async function placeOf(aws: AwsContext | undefined): Promise<DryRun['to']> {
  return aws === undefined ? null : {accountId: (await aws.identity()).accountId, region: aws.region}
}

/** The question and the facts that a person needs to answer it. `resume`: the job that is gone on with. */
export async function consentTo(
  aws: AwsContext,
  {plan, toAws}: PreparedRedrive,
  resume?: string,
): Promise<{question: string; details: string[]; told: true}> {
  const {accountId} = await aws.identity()
  const to = await placeOf(toAws)
  const count =
    plan.max === null ? plan.approximateNumberOfMessages : Math.min(plan.max, plan.approximateNumberOfMessages)
  const verb = `${resume === undefined ? '' : `Resume ${resume}: `}${plan.mode === 'keep' ? 'copy' : 'redrive'}`
  return {
    question: `${capitalised(verb)} ${plan.selection === 'every message' ? 'about' : 'what is selected of about'} ${count} ${count === 1 ? 'message' : 'messages'} from ${plan.source.name} to ${names(plan.destinations)}?`,
    told: true,
    details: [
      `Account ${accountId}, region ${aws.region}${aws.sandbox ? ' (sandbox)' : ''}`,
      `From ${plan.source.arn}: about ${plan.approximateNumberOfMessages} messages, ${plan.approximateNumberOfMessagesNotVisible} in flight`,
      plan.destination === null
        ? `To the queue each message came from: ${names(plan.destinations)}`
        : `To ${plan.destination.arn}${to === null ? '' : ` (account ${to.accountId}, region ${to.region})`}`,
      ...(plan.selection === 'every message' ? [] : [`Only ${plan.selection}`]),
      ...(plan.change === null ? [] : [`Changed: ${plan.change}`]),
      ...(plan.mode === 'keep' ? ['Copies only: nothing is deleted here'] : []),
      ...(plan.max === null ? [] : [`At most ${plan.max} messages`]),
      ...(plan.canary === null ? [] : [canaryText(plan.canary)]),
      ...(plan.perSecond === null ? [] : [`At most ${plan.perSecond} messages per second`]),
      `Engine ${plan.engine}: ${plan.reason}`,
      ...plan.remarks.map(remark => `Note: ${remark}`),
    ],
  }
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A canary in words. */
export function canaryText({count, waitSeconds, maxReturnPercent}: PlannedCanary): string {
  return `Canary: ${count} first, then ${waitSeconds} s to see that no more than ${maxReturnPercent} % come back`
}

function names(queues: readonly PlannedQueue[]): string {
  return queues.map(({name}) => name).join(', ')
}
