import {conditionsHold, type ConditionContext} from './conditions.js'
import {matchesGlob} from './glob.js'

/** Who asks: an account's users, or an AWS service such as `sns.amazonaws.com`. */
export type Asker = {readonly account: string; readonly arn: string} | {readonly service: string}

export interface AccessRequest {
  readonly asker: Asker
  /** `sqs:SendMessage` */
  readonly action: string
  readonly resourceArn: string
  readonly context: ConditionContext
}

type Members = Readonly<Record<string, unknown>>

/**
 * What a resource policy says to a request: a Deny that applies wins, then an Allow, otherwise nothing is said. Text that is no policy
 * says nothing. Follows the evaluation logic of the IAM user guide for resource policies.
 */
export function decideAccess(policyText: string | undefined, request: AccessRequest): 'allow' | 'deny' | 'silent' {
  const effects = new Set(
    statementsOf(policyText)
      .filter(statement => applies(statement, request))
      .map(({Effect}) => Effect),
  )
  return effects.has('Deny') ? 'deny' : effects.has('Allow') ? 'allow' : 'silent'
}

function statementsOf(policyText: string | undefined): readonly Members[] {
  try {
    const {Statement} = JSON.parse(policyText ?? '{}') as Members
    return [Statement].flat().filter(item => typeof item === 'object' && item !== null) as Members[]
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return []
    throw error
  }
}

function applies(statement: Members, {asker, action, resourceArn, context}: AccessRequest): boolean {
  const {Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition} = statement
  return (
    (NotPrincipal === undefined ? names(Principal, asker) : !names(NotPrincipal, asker)) &&
    (NotAction === undefined ? fits(Action, action, true) : !fits(NotAction, action, true)) &&
    // A policy on the resource itself may leave the resource out.
    (NotResource === undefined
      ? Resource === undefined || fits(Resource, resourceArn)
      : !fits(NotResource, resourceArn)) &&
    conditionsHold(Condition, context)
  )
}

function names(principal: unknown, asker: Asker): boolean {
  if (principal === '*') return true
  if (typeof principal !== 'object' || principal === null) return false
  const {AWS, Service} = principal as Members
  if (texts(AWS).includes('*')) return true
  if ('service' in asker) return texts(Service).includes(asker.service)
  const {account, arn} = asker
  return texts(AWS).some(name => name === account || name === arn || name.endsWith(`:iam::${account}:root`))
}

function fits(patterns: unknown, text: string, ignoringCase = false): boolean {
  return texts(patterns).some(pattern =>
    ignoringCase ? matchesGlob(pattern.toLowerCase(), text.toLowerCase()) : matchesGlob(pattern, text),
  )
}

function texts(value: unknown): readonly string[] {
  return [value].flat().filter(item => typeof item === 'string')
}
