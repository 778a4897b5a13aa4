/** What a queue's access policy says to deliveries of one topic; `unknown` where a condition cannot be judged from here. */
export interface DeliveryPermission {
  readonly verdict: 'allowed' | 'refused' | 'unknown'
  /** Why, as the rest of a sentence about the policy; absent where it is allowed. */
  readonly reason?: string
}

type Statement = Readonly<Record<string, unknown>>
type Truth = boolean | undefined

const SERVICE = 'sns.amazonaws.com'

/**
 * Judges whether a queue's policy lets SNS deliver messages of a topic to it. SNS comes as a service principal, so without a policy
 * nothing is allowed, in the topic's own account neither. Pure; conditions on anything but the source are `unknown`.
 * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
export function deliveryPermission(
  policyText: string | undefined,
  {topicArn, queueArn}: {readonly topicArn: string; readonly queueArn: string},
): DeliveryPermission {
  if (policyText === undefined) return refused('there is none, and SNS needs one that allows it sqs:SendMessage')
  const statements = statementsOf(policyText)
  if (statements === undefined) return {verdict: 'unknown', reason: 'it cannot be read as JSON'}
  const judged = statements
    .filter(statement => isForSns(statement) && isForSend(statement, queueArn))
    .map(statement => ({allow: statement.Effect === 'Allow', holds: conditionsHold(statement.Condition, topicArn)}))
  if (judged.some(({allow, holds}) => !allow && holds === true)) return refused('a statement of it denies it')
  const doubtful = judged.some(({holds}) => holds === undefined)
  const allowed = judged.some(({allow, holds}) => allow && holds === true)
  if (doubtful && (!allowed || judged.some(({allow, holds}) => !allow && holds === undefined)))
    return {verdict: 'unknown', reason: 'it has conditions that are judged only when a message is delivered'}
  if (allowed) return {verdict: 'allowed'}
  const others = judged.some(({allow}) => allow)
  return refused(
    others
      ? `it lets ${SERVICE} in for other sources only (aws:SourceArn or aws:SourceAccount)`
      : `no statement of it allows ${SERVICE} sqs:SendMessage`,
  )
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

function isForSend({Action, NotAction, Resource, NotResource}: Statement, queueArn: string): boolean {
  const action =
    NotAction === undefined
      ? textsOf(Action).some(pattern => isLike('sqs:sendmessage', pattern.toLowerCase()))
      : !textsOf(NotAction).some(pattern => isLike('sqs:sendmessage', pattern.toLowerCase()))
  const resource =
    NotResource === undefined
      ? Resource === undefined || textsOf(Resource).some(pattern => isLike(queueArn, pattern))
      : !textsOf(NotResource).some(pattern => isLike(queueArn, pattern))
  return action && resource
}

/** All must hold; undefined where none fails and one cannot be judged. */
function conditionsHold(condition: unknown, topicArn: string): Truth {
  if (!isRecord(condition)) return true
  const truths = Object.entries(condition).flatMap(([operator, keys]) =>
    isRecord(keys) ? Object.entries(keys).map(([key, values]) => holds(operator, key, textsOf(values), topicArn)) : [],
  )
  if (truths.includes(false)) return false
  return truths.includes(undefined) ? undefined : true
}

function holds(operator: string, key: string, values: readonly string[], topicArn: string): Truth {
  const actual = sourceOf(key.toLowerCase(), topicArn)
  if (actual === undefined) return undefined
  const [, negated = '', kind = ''] =
    /^(?:ForAnyValue:|ForAllValues:)?(?:Arn|String)(Not)?(Equals|Like|EqualsIgnoreCase)(?:IfExists)?$/i.exec(
      operator,
    ) ?? []
  if (kind === '') return undefined
  if (/Arn/i.test(operator)) return arnHolds(actual, values, negated !== '')
  const found = values.some(value =>
    /^like$/i.test(kind)
      ? isLike(actual, value)
      : /ignore/i.test(kind)
        ? actual.toLowerCase() === value.toLowerCase()
        : actual === value,
  )
  return negated === '' ? found : !found
}

/** ArnEquals is ArnLike, wildcards and all, in each of the six fields by itself: IAM, "Amazon Resource Name (ARN) condition operators". */
function arnHolds(actual: string, values: readonly string[], negated: boolean): Truth {
  const fields = fieldsOf(actual)
  const truths = values.map(value => {
    const patterns = fieldsOf(value)
    if (value === '*') return true
    return patterns.length < 6 ? undefined : patterns.every((pattern, index) => isLike(fields[index] ?? '', pattern))
  })
  if (truths.includes(true)) return !negated
  return truths.includes(undefined) ? undefined : negated
}

function fieldsOf(arn: string): string[] {
  const fields = arn.split(':')
  return [...fields.slice(0, 5), ...(fields.length > 5 ? [fields.slice(5).join(':')] : [])]
}

function sourceOf(key: string, topicArn: string): string | undefined {
  if (key === 'aws:sourcearn') return topicArn
  return key === 'aws:sourceaccount' || key === 'aws:sourceowner' ? topicArn.split(':')[4] : undefined
}

/** `*` is any run of characters, `?` any one; time is bounded by the product of the lengths. */
function isLike(text: string, pattern: string): boolean {
  let at = 0
  let sign = 0
  let star = -1
  let resumed = 0
  while (at < text.length) {
    if (pattern[sign] === '*') {
      star = sign++
      resumed = at
    } else if (sign < pattern.length && (pattern[sign] === '?' || pattern[sign] === text[at])) {
      at++
      sign++
    } else if (star >= 0) {
      sign = star + 1
      at = ++resumed
    } else return false
  }
  while (pattern[sign] === '*') sign++
  return sign === pattern.length
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter(item => typeof item === 'string')
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isRecord(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
