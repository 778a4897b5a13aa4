import {matchesGlob} from './glob.js'

/** The keys of a request that conditions look at, by their names in lower case: `aws:sourcearn`, `aws:sourceaccount`, ... */
export type ConditionContext = Readonly<Record<string, string>>

type Test = (wanted: string, actual: string) => boolean

const equal: Test = (wanted, actual) => wanted === actual
const equalIgnoringCase: Test = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase()

/** "ArnEquals and ArnLike behave identically": both take wildcards. */
const TESTS: Readonly<Record<string, Test>> = {
  arnequals: matchesGlob,
  arnlike: matchesGlob,
  bool: equalIgnoringCase,
  stringequals: equal,
  stringequalsignorecase: equalIgnoringCase,
  stringlike: matchesGlob,
}
const NEGATED: Readonly<Record<string, Test>> = {
  arnnotequals: matchesGlob,
  arnnotlike: matchesGlob,
  stringnotequals: equal,
  stringnotequalsignorecase: equalIgnoringCase,
  stringnotlike: matchesGlob,
}
const IF_EXISTS = 'ifexists'

/**
 * Whether the condition block of a policy statement holds for a request. A key that the request lacks fails a positive operator and
 * passes a negated one (IAM user guide, condition operators). An operator that is not known here holds for nothing.
 */
export function conditionsHold(block: unknown, context: ConditionContext): boolean {
  if (block === undefined) return true
  if (typeof block !== 'object' || block === null) return false
  return Object.entries(block as Record<string, unknown>).every(([operator, keys]) =>
    Object.entries((keys ?? {}) as Record<string, unknown>).every(([key, values]) =>
      holds(operator.toLowerCase(), context[key.toLowerCase()], texts(values)),
    ),
  )
}

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'null') return wanted.includes(String(actual === undefined))
  const optional = operator.endsWith(IF_EXISTS)
  const name = optional ? operator.slice(0, -IF_EXISTS.length) : operator
  const negated = Object.hasOwn(NEGATED, name) ? NEGATED[name] : undefined
  if (negated) return actual === undefined || !wanted.some(value => negated(value, actual))
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (actual === undefined) return optional && test !== undefined
  return test !== undefined && wanted.some(value => test(value, actual))
}

function texts(value: unknown): readonly string[] {
  return [value]
    .flat()
    .filter(item => typeof item === 'string' || typeof item === 'boolean' || typeof item === 'number')
    .map(String)
}
