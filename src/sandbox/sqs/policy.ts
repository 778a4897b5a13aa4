import {invalidParameter, missingParameter, overLimit} from './errors.js'
import type {Queue} from './queue.js'

interface Statement {
  readonly Sid?: string
  readonly Effect?: string
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Condition?: unknown
}

interface PolicyDocument {
  readonly Version?: string
  readonly Id?: string
  readonly Statement: readonly Statement[]
}

/** "The name of any action or *"; these are the ones that a queue's owner may share. */
const SHARED_ACTIONS = new Set([
  '*',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'StartMessageMoveTask',
  'CancelMessageMoveTask',
  'ListMessageMoveTasks',
])
const MAX_ACTIONS = 7

/** Adds the statement that AddPermission makes, in AWS's recorded form. Throws AWS's errors for label, accounts and actions. */
export function addPermission(
  queue: Queue,
  label: string,
  accounts: readonly string[],
  actions: readonly string[],
): void {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) {
    throw invalidParameter(
      label,
      'Label',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
    )
  }
  if (actions.length === 0) throw missingParameter('Actions')
  if (accounts.length === 0 || !accounts.every(account => /^\d{12}$/.test(account))) {
    throw invalidParameter(`[${accounts.join(', ')}]`, 'PrincipalId', 'Unable to verify.')
  }
  if (actions.length > MAX_ACTIONS) throw overLimit(`${actions.length} Actions were found, maximum allowed is 7.`)
  const stranger = actions.find(action => !SHARED_ACTIONS.has(action))
  if (stranger !== undefined) {
    throw invalidParameter(
      `SQS:${stranger}`,
      'ActionName',
      'Please refer to the appropriate WSDL for a list of valid actions. ',
    )
  }
  const policy = documentOf(queue)
  if (policy.Statement.some(({Sid}) => Sid === label)) throw invalidParameter(label, 'Label', 'Already exists.')
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: {AWS: oneOrMany(accounts.map(account => `arn:aws:iam::${account}:root`))},
    Action: oneOrMany(actions.map(action => `SQS:${action}`)),
    Resource: queue.arn,
  }
  write(queue, {...policy, Statement: [...policy.Statement, statement]})
}

/** Removes the statement of a label; the policy goes with its last statement. */
export function removePermission(queue: Queue, label: string): void {
  const policy = documentOf(queue)
  const kept = policy.Statement.filter(({Sid}) => Sid !== label)
  if (kept.length === policy.Statement.length) throw invalidParameter(label, 'Label', "can't find label.")
  write(queue, {...policy, Statement: kept})
}

/**
 * Whether the queue's policy lets another account act. Only what is plainly allowed counts: a statement with a condition does not, and
 * a Deny of the action always wins.
 */
export function policyAllows(queue: Queue, account: string, action: string): boolean {
  const matching = documentOf(queue).Statement.filter(
    statement => namesAccount(statement.Principal, account) && namesAction(statement.Action, action),
  )
  if (matching.some(({Effect}) => Effect === 'Deny')) return false
  return matching.some(({Effect, Condition}) => Effect === 'Allow' && Condition === undefined)
}

function documentOf(queue: Queue): PolicyDocument {
  const {policy} = queue.settings
  if (policy === undefined) return {Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, Statement: []}
  const document = JSON.parse(policy) as Omit<PolicyDocument, 'Statement'> & {Statement: Statement | Statement[]}
  return {...document, Statement: [document.Statement].flat()}
}

function write(queue: Queue, document: PolicyDocument): void {
  const policy = document.Statement.length === 0 ? undefined : JSON.stringify(document)
  queue.settings = {...queue.settings, policy}
}

function namesAccount(principal: unknown, account: string): boolean {
  if (principal === '*') return true
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return false
  return strings(principal.AWS).some(
    name => name === '*' || name === account || name.startsWith(`arn:aws:iam::${account}:`),
  )
}

function namesAction(action: unknown, wanted: string): boolean {
  return strings(action).some(name => {
    const lower = name.toLowerCase()
    return lower === '*' || lower === 'sqs:*' || lower === `sqs:${wanted.toLowerCase()}`
  })
}

function strings(value: unknown): readonly string[] {
  return [value].flat().filter(item => typeof item === 'string')
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values
}
