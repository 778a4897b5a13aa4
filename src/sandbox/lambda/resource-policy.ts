import {decideAccess, type Asker} from '../policies/decide.js'
import {invalidParameterValue, resourceConflict, resourceNotFound} from './errors.js'
import type {LambdaFunction} from './function.js'
import {text, type Input} from './input.js'
import {Violations} from './validation.js'

export interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Principal: unknown
  readonly Action: string
  readonly Resource: string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const STATEMENT_ID = /^[a-zA-Z0-9-_]+$/
const ACTION = /^(lambda:\*|lambda:[a-zA-Z]+|\*)$/
const SOURCE_ARN = /^arn:(aws[a-zA-Z0-9-]*):[a-zA-Z0-9-]+:([a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d)?:(\d{12})?:(.*)$/
const SOURCE_ARN_SHOWN =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)'
/** `sns.amazonaws.com`, an account, a user or role, everybody. */
const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.com|amazon\.com|internal)$/
const IDENTITY = /^arn:aws[a-z-]*:(iam|sts)::\d{12}:[A-Za-z]/

/** The statement that AddPermission makes, in AWS's recorded form, added to the policy. Throws AWS's errors. */
export function addPermission(fn: LambdaFunction, input: Input): Statement {
  const [Sid, action, principal] = ['StatementId', 'Action', 'Principal'].map(name => text(input, name))
  const violations = new Violations()
  violations.required('statementId', Sid)
  violations.length('statementId', Sid, 1, 100)
  violations.pattern('statementId', Sid, STATEMENT_ID, '([a-zA-Z0-9-_]+)')
  violations.required('action', action)
  violations.pattern('action', action, ACTION, '(lambda:[*]|lambda:[a-zA-Z]+|[*])')
  violations.required('principal', principal)
  violations.pattern('sourceArn', text(input, 'SourceArn'), SOURCE_ARN, SOURCE_ARN_SHOWN)
  violations.pattern('sourceAccount', text(input, 'SourceAccount'), /^\d{12}$/, '\\d{12}')
  violations.refuse()
  if (fn.statements.some(statement => statement.Sid === Sid)) {
    throw resourceConflict(
      `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    )
  }
  const condition = conditionOf(input)
  const statement: Statement = {
    Sid: Sid ?? '',
    Effect: 'Allow',
    Principal: principalOf(principal ?? ''),
    Action: action ?? '',
    Resource: fn.arn,
    ...(condition && {Condition: condition}),
  }
  fn.permit([...fn.statements, statement])
  return statement
}

/** Removes a statement; throws ResourceNotFoundException where there is none of that id. */
export function removePermission(fn: LambdaFunction, statementId: string): void {
  if (fn.statements.length === 0) throw resourceNotFound('No policy is associated with the given resource.')
  const kept = fn.statements.filter(({Sid}) => Sid !== statementId)
  if (kept.length === fn.statements.length) {
    throw resourceNotFound(`Statement ${statementId} is not found in resource policy.`)
  }
  fn.permit(kept)
}

/** The policy as GetPolicy answers it; undefined where the function has none. */
export function policyText({statements}: LambdaFunction): string | undefined {
  if (statements.length === 0) return undefined
  return JSON.stringify({Version: '2012-10-17', Id: 'default', Statement: statements})
}

/** Whether the function's policy lets a service, or somebody of another account, do this; the context has lower-case keys. */
export function functionAllows(
  fn: LambdaFunction,
  asker: Asker,
  action: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  return decideAccess(policyText(fn), {asker, action: `lambda:${action}`, resourceArn: fn.arn, context}) === 'allow'
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return {AWS: `arn:aws:iam::${principal}:root`}
  if (IDENTITY.test(principal)) return {AWS: principal}
  if (SERVICE.test(principal)) return {Service: principal}
  throw invalidParameterValue('The provided principal was invalid. Please check the principal and try again.')
}

function conditionOf(input: Input): Statement['Condition'] {
  const equals: Record<string, string> = {}
  const add = (key: string, member: string) => {
    const value = text(input, member)
    if (value !== undefined) equals[key] = value
  }
  add('AWS:SourceAccount', 'SourceAccount')
  add('lambda:EventSourceToken', 'EventSourceToken')
  add('lambda:FunctionUrlAuthType', 'FunctionUrlAuthType')
  add('aws:PrincipalOrgID', 'PrincipalOrgID')
  const sourceArn = text(input, 'SourceArn')
  const condition = {
    ...(Object.keys(equals).length > 0 && {StringEquals: equals}),
    ...(sourceArn !== undefined && {ArnLike: {'AWS:SourceArn': sourceArn}}),
  }
  return Object.keys(condition).length === 0 ? undefined : condition
}
