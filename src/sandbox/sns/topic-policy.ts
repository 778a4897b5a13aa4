import {decideAccess} from '../policies/decide.js'
import {invalidParameter} from './errors.js'
import type {Refuse} from './delivery-policy.js'
import {parseJsonObject} from './json-text.js'
import type {Topic} from './topic.js'

interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Principal: unknown
  readonly Action: unknown
  readonly Resource: unknown
  readonly Condition?: unknown
}

interface PolicyDocument {
  readonly Version?: string
  readonly Id?: string
  readonly Statement: readonly Statement[]
}

const DEFAULT_ACTIONS = [
  'SNS:GetTopicAttributes',
  'SNS:SetTopicAttributes',
  'SNS:AddPermission',
  'SNS:RemovePermission',
  'SNS:DeleteTopic',
  'SNS:Subscribe',
  'SNS:ListSubscriptionsByTopic',
  'SNS:Publish',
]
/** What a topic's policy may speak of (service authorization reference, resource type topic). */
const SHARED_ACTIONS = new Set([
  ...DEFAULT_ACTIONS.map(action => action.slice('SNS:'.length)),
  'GetDataProtectionPolicy',
  'ListTagsForResource',
  'PutDataProtectionPolicy',
  'Receive',
])

/** The policy that AWS gives a new topic: its owner may do everything. */
export function defaultTopicPolicy(topicArn: string, owner: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: {AWS: '*'},
        Action: DEFAULT_ACTIONS,
        Resource: topicArn,
        Condition: {StringEquals: {'AWS:SourceOwner': owner}},
      },
    ],
  })
}

/** Refuses a policy that is no JSON object or speaks of actions that are not a topic's. */
export function checkTopicPolicy(json: string, refuse: Refuse): void {
  const {Statement} = parseJsonObject(json, reason => refuse(`Policy Error: ${reason}`))
  for (const statement of [Statement].flat() as Partial<Statement>[]) {
    const actions = [statement.Action].flat().filter(action => typeof action === 'string')
    if (!actions.every(isTopicAction)) throw refuse('Policy statement action out of service scope!')
  }
}

/** Adds the statement that AddPermission makes, in AWS's recorded form. */
export function addPermission(
  topic: Topic,
  label: string,
  accounts: readonly string[],
  actions: readonly string[],
): void {
  const policy = documentOf(topic)
  if (policy.Statement.some(({Sid}) => Sid === label)) throw invalidParameter('Statement already exists')
  if (!actions.every(action => SHARED_ACTIONS.has(action))) {
    throw invalidParameter('Policy statement action out of service scope!')
  }
  if (!accounts.every(account => /^\d{12}$/.test(account))) {
    throw invalidParameter('A provided account ID is not valid')
  }
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: {AWS: oneOrMany(accounts.map(account => `arn:aws:iam::${account}:root`))},
    Action: oneOrMany(actions.map(action => `SNS:${action}`)),
    Resource: topic.arn,
  }
  write(topic, {...policy, Statement: [...policy.Statement, statement]})
}

/** Removes the statement of a label; one that is not there is no error (recorded). */
export function removePermission(topic: Topic, label: string): void {
  const policy = documentOf(topic)
  write(topic, {...policy, Statement: policy.Statement.filter(({Sid}) => Sid !== label)})
}

/** Whether another account's user may act on the topic. */
export function topicAllows(
  topic: Topic,
  asker: {readonly account: string; readonly arn: string},
  action: string,
): boolean {
  return (
    decideAccess(topic.settings.policy, {
      asker,
      action: `SNS:${action}`,
      resourceArn: topic.arn,
      context: {'aws:sourceowner': asker.account, 'aws:principalaccount': asker.account, 'aws:securetransport': 'true'},
    }) === 'allow'
  )
}

/** `SNS:*` is out of scope too: the word must be one of the topic's. */
function isTopicAction(action: string): boolean {
  const [service = '', name = '', ...rest] = action.split(':')
  return (
    service.toLowerCase() === 'sns' && rest.length === 0 && [...SHARED_ACTIONS].some(known => sameWord(known, name))
  )
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function documentOf(topic: Topic): PolicyDocument {
  const document = JSON.parse(topic.settings.policy) as Omit<PolicyDocument, 'Statement'> & {
    Statement?: Statement | Statement[]
  }
  return {...document, Statement: [document.Statement ?? []].flat()}
}

function write(topic: Topic, document: PolicyDocument): void {
  topic.settings = {...topic.settings, policy: JSON.stringify(document)}
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values
}
