import {isLike, isRecord, listOf} from './policy-text.js'

/** Undefined where it cannot be told. */
type Truth = boolean | undefined

/** Whether the conditions of a statement hold for a delivery; `holds` is undefined where none fails and one cannot be judged. */
export interface JudgedConditions {
  readonly holds: Truth
  /** The keys that fail, as the policy writes them. */
  readonly failed: readonly string[]
}

/**
 * Judges the conditions of a statement for a delivery of a topic. Known of one are its source, that an AWS service makes it, and that it
 * comes over TLS: both keys are always in the request context. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function judgeConditions(condition: unknown, topicArn: string): JudgedConditions {
  if (!isRecord(condition)) return {holds: true, failed: []}
  const judged = Object.entries(condition).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => ({key, truth: holds(operator, key, valuesOf(values), topicArn)}))
      : [],
  )
  const failed = judged.filter(({truth}) => truth === false).map(({key}) => key)
  if (failed.length > 0) return {holds: false, failed}
  return {holds: judged.some(({truth}) => truth === undefined) ? undefined : true, failed}
}

/** Whether a key tells where a request comes from. */
export function isSourceKey(key: string): boolean {
  return SOURCE_KEYS.has(key.toLowerCase())
}

const SOURCE_KEYS: ReadonlySet<string> = new Set(['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceowner'])

function holds(operator: string, key: string, values: readonly string[], topicArn: string): Truth {
  const actual = contextOf(key.toLowerCase(), topicArn)
  if (actual === undefined) return undefined
  if (/^null$/i.test(operator)) return values.includes('false')
  if (/^bool(?:ifexists)?$/i.test(operator)) return values.some(value => value.toLowerCase() === actual.toLowerCase())
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

/** What is known of a key, by its name in lower case. */
function contextOf(key: string, topicArn: string): string | undefined {
  if (key === 'aws:sourcearn') return topicArn
  if (SOURCE_KEYS.has(key)) return topicArn.split(':')[4]
  return key === 'aws:securetransport' || key === 'aws:principalisawsservice' ? 'true' : undefined
}

/** Boolean conditions may be written without quotes. */
function valuesOf(value: unknown): string[] {
  return listOf(value)
    .filter(item => typeof item === 'string' || typeof item === 'boolean')
    .map(String)
}
