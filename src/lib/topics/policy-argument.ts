import {isArn} from '../aws/arn.js'
import type {AwsContext} from '../aws/context.js'
import type {FilterPolicyScope} from '../filters/filter-policy.js'
import {readSubscriptionPolicy} from './subscription-policy.js'

/** How the policy of a command is come by. */
export interface PolicySource {
  /** Asked for only where the policy is that of a subscription. */
  readonly aws: () => AwsContext
  /** Reads what is no ARN. */
  readonly read: (given: string) => Promise<string>
  /** Given on the command line: it wins over that of the subscription. */
  readonly scope?: FilterPolicyScope
  readonly signal?: AbortSignal
}

/** A filter policy to be judged; an empty text where the subscription has none. */
export interface PolicyText {
  readonly policyText: string
  readonly scope: FilterPolicyScope
  /** What to know about where it is from. */
  readonly notes: readonly string[]
}

/**
 * The filter policy that an argument names: that of a subscription (its ARN), or a text. Throws OpsError as readSubscriptionPolicy and the
 * reader do.
 */
export async function policyOf(given: string, {aws, read, scope, signal}: PolicySource): Promise<PolicyText> {
  if (!isArn(given)) return {policyText: await read(given), scope: scope ?? 'MessageAttributes', notes: []}
  const own = await readSubscriptionPolicy(aws(), given, {signal})
  const notes = [
    ...(own.filterPolicy === undefined
      ? ['The subscription has no filter policy: every message of the topic is delivered.']
      : []),
    ...(scope === undefined || scope === own.filterPolicyScope
      ? []
      : [`The subscription has the scope ${own.filterPolicyScope}; --scope ${scope} is tried.`]),
  ]
  return {policyText: own.filterPolicy ?? '', scope: scope ?? own.filterPolicyScope, notes}
}
