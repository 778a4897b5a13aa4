/** One statement of a queue's access policy, in short. */
export interface PolicyStatement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  /** `*`, or what follows the kind: account ids, ARNs, service names. NotPrincipal is written `not ...`. */
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  /** Each condition as `Operator key = value, value`. */
  readonly conditions: readonly string[]
  /** Allows everybody, with no condition at all. */
  readonly public: boolean
}

/**
 * Summarises a queue's access policy, or returns undefined where its text is no policy. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function summarizePolicy(text: string): PolicyStatement[] | undefined {
  try {
    const policy: unknown = JSON.parse(text)
    return isRecord(policy) ? listOf(policy.Statement).filter(isRecord).map(statementOf) : undefined
  } catch {
    return undefined
  }
}

type JsonRecord = Readonly<Record<string, unknown>>

function statementOf(statement: JsonRecord): PolicyStatement {
  const effect = statement.Effect === 'Allow' ? 'Allow' : 'Deny'
  const everybody = principalsOf(statement.Principal).includes('*')
  const conditions = conditionsOf(statement.Condition)
  return {
    ...(typeof statement.Sid === 'string' && statement.Sid !== '' ? {sid: statement.Sid} : {}),
    effect,
    principals: [
      ...principalsOf(statement.Principal),
      ...principalsOf(statement.NotPrincipal).map(principal => `not ${principal}`),
    ],
    actions: [...textsOf(statement.Action), ...textsOf(statement.NotAction).map(action => `not ${action}`)],
    conditions,
    // Allow with NotPrincipal admits everybody else, the anonymous included.
    public: effect === 'Allow' && conditions.length === 0 && (everybody || statement.NotPrincipal !== undefined),
  }
}

function principalsOf(principal: unknown): string[] {
  return isRecord(principal) ? Object.values(principal).flatMap(textsOf) : textsOf(principal)
}

function conditionsOf(condition: unknown): string[] {
  if (!isRecord(condition)) return []
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => `${operator} ${key} = ${textsOf(values).join(', ')}`)
      : [],
  )
}

function textsOf(value: unknown): string[] {
  return listOf(value).map(item => (typeof item === 'string' ? item : JSON.stringify(item)))
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
