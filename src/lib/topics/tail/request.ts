import type {AwsContext} from '../../aws/context.js'
import {InvalidPatternError} from '../../filters/errors.js'
import type {FilterPolicyScope} from '../../filters/filter-policy.js'
import {inWhoseWords} from '../../filters/our-words.js'
import {compileFilterPolicy} from '../../filters/filter-policy.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {FoundTopic} from '../resolve-topic.js'
import type {TopicRef} from '../topic-ref.js'
import type {TailSubscription} from './subscription.js'

/** The topic, which only a clean-up can do without; throws OpsError `UsageError` (exit 2). */
export function assertTopicGiven(topic: string | undefined): string {
  if (topic !== undefined) return topic
  throw new OpsError('No topic is given', {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['Name a topic, or give --clean-up to remove what earlier tails left behind.'],
  })
}

/** The filter of a tail, compiled here first: a policy that SNS would refuse throws OpsError `FilterPolicyInvalid` (exit 2) before anything is made. */
export function tailFilter(
  filterPolicy: string | undefined,
  scope: FilterPolicyScope = 'MessageAttributes',
): Omit<TailSubscription, 'raw'> {
  if (filterPolicy === undefined) return {}
  try {
    compileFilterPolicy(filterPolicy, scope, 'Subscribe')
    return {filterPolicy, filterPolicyScope: scope}
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    throw new OpsError(`SNS would refuse the filter policy: ${inWhoseWords(error.message, error.source)}`, {
      code: 'FilterPolicyInvalid',
      exitCode: ExitCode.usage,
      suggestions: ['msgops filter lint tells more about a policy.'],
      cause: error,
    })
  }
}

/** Up to here a message fits into a queue of 1 MiB with the envelope of SNS around it, be it full of quotes. */
const ALWAYS_FITS_BYTES = 262_144

/** What a tail of this topic would not show: SNS gives up, without telling anybody, what does not fit into the queue in its envelope. Pure. */
export function unseenWarnings({name, attributes}: FoundTopic, raw: boolean): string[] {
  if (raw || attributes === undefined || attributes.maximumMessageSize <= ALWAYS_FITS_BYTES) return []
  return [
    `${name} takes messages of up to ${attributes.maximumMessageSize} bytes. One that does not fit into a queue (1048576 bytes) with the envelope of SNS around it is not shown; --raw shows it, without subject and SNS's message id.`,
  ]
}

/** What a tail asks before it makes anything. */
export async function tailConsent(
  aws: AwsContext,
  topic: TopicRef,
  signal: AbortSignal,
): Promise<{question: string; details: readonly string[]}> {
  const {accountId} = await aws.identity(signal)
  return {
    question: `Make a temporary queue and a subscription to ${topic.name}?`,
    details: [
      `In account ${accountId}, ${aws.region}: an SQS queue msgops-tail-... with a policy for this topic only, and a subscription of it to ${topic.arn}.`,
      'Other subscribers are not affected. Both are removed at the end.',
    ],
  }
}
