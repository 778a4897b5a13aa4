import {GetSubscriptionAttributesCommand} from '@aws-sdk/client-sns'
import {isArn, parseArn} from '../../aws/arn.js'
import {opsCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {nearest} from '../../nearest.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {endpointName} from '../endpoint-name.js'
import {isNotFound} from '../not-found.js'
import {resolveTopic} from '../resolve-topic.js'
import {isSubscriptionArn} from '../subscription-policy.js'
import type {Subscription, SubscriptionSettings} from '../subscriptions.js'
import {listSubscriptions, parseSettings} from '../subscriptions.js'
import {topicRefOfArn} from '../topic-ref.js'

/** Subscriptions that are named where none was found. */
const SHOWN = 5

/** One confirmed subscription with its settings. */
export interface FoundSubscription {
  readonly subscriptionArn: string
  readonly topic: {readonly name: string; readonly arn: string}
  readonly protocol: string
  readonly endpoint: string
  readonly settings: SubscriptionSettings
}

interface Options {
  /** Which subscription of a topic: the endpoint, or its name: a queue's, a function's with its version or alias. */
  readonly endpoint?: string
  readonly signal?: AbortSignal
}

/**
 * Finds the subscription that is meant by its ARN, or by a topic (name or ARN) and an endpoint, which a topic with one subscription does without.
 * Throws OpsError `SubscriptionDoesNotExist` (exit 5) with those that are like it, `SubscriptionAmbiguous` and `SubscriptionPending` (exit 2).
 */
export async function findSubscription(
  aws: AwsContext,
  reference: string,
  {endpoint, signal}: Options = {},
): Promise<FoundSubscription> {
  if (isArn(reference) && isSubscriptionArn(reference)) {
    assertRegion(aws, reference)
    return readSubscription(aws, reference, {signal})
  }
  const topic = await resolveTopic(aws, reference, {signal})
  const subscriptions = await listSubscriptions(aws, topic.arn, {signal})
  const {subscriptionArn, endpoint: found} = chosen(aws, topic.name, subscriptions, endpoint)
  if (subscriptionArn !== undefined) return readSubscription(aws, subscriptionArn, {signal})
  throw new OpsError(`The subscription of ${found} to ${topic.name} waits for its confirmation: it has no filter yet`, {
    code: 'SubscriptionPending',
    exitCode: ExitCode.usage,
    suggestions: ['Confirm it first, or give the policy when subscribing.'],
  })
}

/** Reads a subscription by its ARN; throws `SubscriptionDoesNotExist` (exit 5). */
export async function readSubscription(
  aws: AwsContext,
  subscriptionArn: string,
  {signal}: {signal?: AbortSignal} = {},
): Promise<FoundSubscription> {
  const sns = await aws.sns()
  const topic = topicRefOfArn(subscriptionArn.slice(0, subscriptionArn.lastIndexOf(':')))
  try {
    const command = new GetSubscriptionAttributesCommand({SubscriptionArn: subscriptionArn})
    const {Attributes = {}} = await sns.send(command, {abortSignal: signal})
    const {Protocol: protocol = '', Endpoint: endpoint = ''} = Attributes
    return {
      subscriptionArn,
      topic: {name: topic.name, arn: topic.arn},
      protocol,
      endpoint,
      settings: parseSettings(Attributes),
    }
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new OpsError(`There is no subscription ${subscriptionArn}`, {
      code: 'SubscriptionDoesNotExist',
      exitCode: ExitCode.notFound,
      suggestions: await others(aws, topic.arn, topic.name, signal),
      requestId: error.requestId,
      cause: error,
    })
  }
}

function assertRegion(aws: AwsContext, arn: string): void {
  const {region} = parseArn(arn)
  if (region === aws.region) return
  throw new OpsError(`${arn} is in ${region}, but this connection is to ${aws.region}`, {
    code: 'SubscriptionRegionMismatch',
    exitCode: ExitCode.usage,
    suggestions: [`Run the command with --region ${region}.`],
  })
}

function chosen(
  aws: AwsContext,
  topic: string,
  subscriptions: readonly Subscription[],
  endpoint: string | undefined,
): Subscription {
  const fitting =
    endpoint === undefined
      ? subscriptions
      : subscriptions.filter(one => one.endpoint === endpoint || endpointName(one.endpoint) === endpoint)
  const [one, another] = fitting
  if (one !== undefined && another === undefined) return one
  const names = subscriptions.map(each => endpointName(each.endpoint))
  if (one === undefined) {
    const near = endpoint === undefined ? [] : nearest(endpointName(endpoint), names)
    throw new OpsError(
      endpoint === undefined ? `${topic} has no subscriptions` : `${topic} has no subscription of ${endpoint}`,
      {
        code: 'SubscriptionDoesNotExist',
        exitCode: ExitCode.notFound,
        suggestions: near.length > 0 ? [`Did you mean ${near.join(', ')}?`] : listed(aws, topic, subscriptions),
      },
    )
  }
  throw new OpsError(`${topic} has ${fitting.length} subscriptions${endpoint === undefined ? '' : ` of ${endpoint}`}`, {
    code: 'SubscriptionAmbiguous',
    exitCode: ExitCode.usage,
    suggestions:
      endpoint === undefined
        ? [`Say which with --endpoint: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', ...' : ''}.`]
        : fitting
            .slice(0, SHOWN)
            .map(each => `${each.protocol} ${each.endpoint}: ${each.subscriptionArn ?? 'pending'}`),
  })
}

function listed(aws: AwsContext, topic: string, subscriptions: readonly Subscription[]): string[] {
  return [
    ...subscriptions
      .slice(0, SHOWN)
      .map(
        ({protocol, endpoint, subscriptionArn}) =>
          `${protocol} ${endpointName(endpoint)}: ${subscriptionArn ?? 'pending'}`,
      ),
    `${opsCommand(aws, ['topic', 'show', topic])} lists the subscriptions that exist.`,
  ]
}

// The answer is "no such subscription" whether or not others can be read.
async function others(
  aws: AwsContext,
  topicArn: string,
  topic: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  try {
    return listed(aws, topic, await listSubscriptions(aws, topicArn, {signal}))
  } catch (error) {
    if (error instanceof OpsError) return [`${opsCommand(aws, ['topic', 'list'])} shows the topics that exist.`]
    throw error
  }
}
