import {isArn, parseArn} from '../aws/arn.js'
import {opsCommand} from '../aws/command-line.js'
import type {AwsContext} from '../aws/context.js'
import type {FilterPolicyScope} from '../filters/filter-policy.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isNotFound} from './not-found.js'
import {getSettings} from './subscriptions.js'

/** Whether a text is the ARN of an SNS subscription: a topic's ARN and one field more. */
export function isSubscriptionArn(text: string): boolean {
  if (!isArn(text)) return false
  const {service, resource} = parseArn(text)
  return service === 'sns' && /^[^:]+:[^:]+$/.test(resource)
}

/**
 * The filter policy that a subscription has, as SNS keeps it; `filterPolicy` is absent where there is none. Throws OpsError `ArnInvalid`
 * (exit 2) for the ARN of anything else, `SubscriptionDoesNotExist` (exit 5) for a subscription that is gone.
 */
export async function readSubscriptionPolicy(
  aws: AwsContext,
  subscriptionArn: string,
  {signal}: {signal?: AbortSignal} = {},
): Promise<{readonly filterPolicy?: string; readonly filterPolicyScope: FilterPolicyScope}> {
  if (!isSubscriptionArn(subscriptionArn)) {
    throw new OpsError(`${subscriptionArn} is not the ARN of an SNS subscription.`, {
      code: 'ArnInvalid',
      exitCode: ExitCode.usage,
      suggestions: [`${opsCommand(aws, ['topic', 'show', 'TOPIC'])} lists the subscriptions of a topic.`],
    })
  }
  try {
    const {filterPolicy, filterPolicyScope = 'MessageAttributes'} = await getSettings(aws, subscriptionArn, {signal})
    return {filterPolicy, filterPolicyScope}
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new OpsError(`There is no subscription ${subscriptionArn}`, {
      code: 'SubscriptionDoesNotExist',
      exitCode: ExitCode.notFound,
      suggestions: [
        `${opsCommand(aws, ['topic', 'show', topicOf(subscriptionArn)])} lists the subscriptions that exist.`,
      ],
      requestId: error.requestId,
      cause: error,
    })
  }
}

function topicOf(subscriptionArn: string): string {
  return subscriptionArn.slice(0, subscriptionArn.lastIndexOf(':'))
}
