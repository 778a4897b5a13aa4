import type {JudgedConditions} from './delivery-conditions.js'
import {isSourceKey, judgeConditions} from './delivery-conditions.js'
import type {PolicyRecord as Statement} from './policy-text.js'
import {isLike, isRecord, listOf, textsOf} from './policy-text.js'

/** What a queue's access policy says to deliveries of one topic; `unknown` where a condition cannot be judged from here. */
export interface DeliveryPermission {
  readonly verdict: 'allowed' | 'refused' | 'unknown'
  /** Why, as the rest of a sentence about the policy; absent where it is allowed. */
  readonly reason?: string
}

const SERVICE = 'sns.amazonaws.com'

/**
 * Judges whether a queue's policy lets SNS deliver messages of a topic to it. SNS comes as a service principal, so without a policy
 * nothing is allowed, in the topic's own account neither. Pure; conditions on what is not known of a delivery are `unknown`.
 * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
export function deliveryPermission(
  policyText: string | undefined,
  {topicArn, queueArn}: {readonly topicArn: string; readonly queueArn: string},
): DeliveryPermission {
  if (policyText === undefined) return refused('there is none, and SNS needs one that allows it sqs:SendMessage')
  const statements = statementsOf(policyText)
  if (statements === undefined) return {verdict: 'unknown', reason: 'it cannot be read as JSON'}
  const candidates = statements.filter(statement => isForSns(statement) && isForSend(statement))
  const judged = candidates
    .filter(statement => isForQueue(statement, queueArn))
    .map(({Effect, Condition}) => ({allow: Effect === 'Allow', ...judgeConditions(Condition, topicArn)}))
  if (judged.some(({allow, holds}) => !allow && holds === true)) return refused('a statement of it denies it')
  const allowed = judged.some(({allow, holds}) => allow && holds === true)
  if (judged.some(({allow, holds}) => holds === undefined && !(allow && allowed)))
    return {verdict: 'unknown', reason: 'it has conditions that are judged only when a message is delivered'}
  if (allowed) return {verdict: 'allowed'}
  const allows = judged.filter(({allow}) => allow)
  return refused(allows.length > 0 ? unmet(allows) : notForThis(candidates))
}

/** Why statements that allow it do not apply: their conditions. */
function unmet(allows: readonly JudgedConditions[]): string {
  const keys = [...new Set(allows.flatMap(({failed}) => failed))]
  return keys.every(isSourceKey)
    ? `it lets ${SERVICE} in for other sources only (aws:SourceArn or aws:SourceAccount)`
    : `it lets ${SERVICE} in under conditions only that a delivery does not meet (${keys.join(', ')})`
}

/** Why no statement allows it: there is none, or it is about another queue. */
function notForThis(candidates: readonly Statement[]): string {
  const allows = candidates.filter(({Effect}) => Effect === 'Allow')
  const named = [...new Set(allows.flatMap(({Resource}) => textsOf(Resource)))]
  if (allows.length === 0) return `no statement of it allows ${SERVICE} sqs:SendMessage`
  return `what it allows ${SERVICE} is for another queue${named.length === 0 ? '' : `: its Resource is ${named.join(', ')}`}`
}

function refused(reason: string): DeliveryPermission {
  return {verdict: 'refused', reason}
}

function statementsOf(text: string): Statement[] | undefined {
  try {
    const policy: unknown = JSON.parse(text)
    return isRecord(policy) ? listOf(policy.Statement).filter(isRecord) : undefined
  } catch {
    return undefined
  }
}

function isForSns({Principal, NotPrincipal}: Statement): boolean {
  if (NotPrincipal !== undefined) return !principals(NotPrincipal, 'Service').includes(SERVICE)
  return (
    principals(Principal, 'AWS').includes('*') ||
    principals(Principal, 'Service').some(service => service === SERVICE || service === '*')
  )
}

function principals(principal: unknown, kind: 'AWS' | 'Service'): string[] {
  if (principal === '*') return ['*']
  return isRecord(principal) ? textsOf(principal[kind]) : []
}

function isForSend({Action, NotAction}: Statement): boolean {
  const fits = (actions: unknown): boolean =>
    textsOf(actions).some(pattern => isLike('sqs:sendmessage', pattern.toLowerCase()))
  return NotAction === undefined ? fits(Action) : !fits(NotAction)
}

function isForQueue({Resource, NotResource}: Statement, queueArn: string): boolean {
  const fits = (resources: unknown): boolean => textsOf(resources).some(pattern => isLike(queueArn, pattern))
  return NotResource === undefined ? Resource === undefined || fits(Resource) : !fits(NotResource)
}
