import {describe, expect, it} from 'vitest'
import {deliveryPermission} from '../../../src/lib/topics/delivery-permission.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:mails'

/** The statement of the SNS developer guide, "Subscribing an Amazon SQS queue", with a part of it changed. */
function policy(...statements: object[]): string {
  const guide = {
    Effect: 'Allow',
    Principal: {Service: 'sns.amazonaws.com'},
    Action: 'sqs:SendMessage',
    Resource: QUEUE,
    Condition: {ArnEquals: {'aws:SourceArn': TOPIC}},
  }
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(statement => ({...guide, ...statement})),
  })
}

const verdict = (text: string | undefined): string =>
  deliveryPermission(text, {topicArn: TOPIC, queueArn: QUEUE}).verdict

describe('a queue lets a topic in', () => {
  it.each([
    ['by the statement of the guide', {}],
    ['by everybody as principal', {Principal: '*'}],
    ['by everybody as AWS principal', {Principal: {AWS: '*'}}],
    ['by every action', {Action: 'sqs:*'}],
    ['by an action in other letters, in a list', {Action: ['SQS:SendMessage', 'SQS:ReceiveMessage']}],
    ['by every resource', {Resource: '*'}],
    ['by a source with wildcards', {Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:*:123456789012:ord*'}}}],
    ['by a text with a wildcard over all fields', {Condition: {StringLike: {'aws:SourceArn': 'arn:aws:sns:*'}}}],
    ['by ArnEquals, which takes wildcards too', {Condition: {ArnEquals: {'AWS:SourceArn': 'arn:aws:sns:*:*:orders'}}}],
    ['by the account of the topic', {Condition: {StringEquals: {'aws:SourceAccount': '123456789012'}}}],
    ['by one of several sources', {Condition: {StringEquals: {'aws:SourceArn': ['arn:x', TOPIC]}}}],
    ['without a condition', {Condition: undefined}],
    ['over TLS, as SNS comes', {Condition: {Bool: {'aws:SecureTransport': 'true'}}}],
    ['over TLS, written without quotes', {Condition: {Bool: {'aws:SecureTransport': true}}}],
    ['over TLS or where that is not said', {Condition: {BoolIfExists: {'AWS:securetransport': 'true'}}}],
    ['where it is said whether it is TLS, and it always is', {Condition: {Null: {'aws:SecureTransport': 'false'}}}],
    ['as an AWS service', {Condition: {Bool: {'aws:PrincipalIsAWSService': 'true'}}}],
  ])('%s', (_, change) => {
    expect(verdict(policy(change))).toBe('allowed')
  })

  // SQS developer guide, "Enforce encryption of data in transit".
  it.each([
    [{Bool: {'aws:SecureTransport': 'false'}}],
    [{Bool: {'aws:SecureTransport': false}}],
    [{BoolIfExists: {'aws:SecureTransport': ['false']}}],
    [{Bool: {'aws:SecureTransport': 'false'}, StringNotEquals: {'aws:PrincipalOrgID': 'o-1'}}],
    [{BoolIfExists: {'aws:PrincipalIsAWSService': 'false'}}],
  ])('although it denies under %j, which a delivery does not meet', Condition => {
    expect(verdict(policy({}, {Effect: 'Deny', Principal: '*', Action: 'sqs:*', Condition}))).toBe('allowed')
  })
})

describe('a queue refuses a topic', () => {
  it('that has no policy', () => {
    expect(verdict(undefined)).toBe('refused')
  })

  it.each([
    ['that lets another service in', {Principal: {Service: 'events.amazonaws.com'}}],
    ['that lets an account in: SNS comes as a service', {Principal: {AWS: '123456789012'}}],
    ['that allows another action', {Action: 'sqs:ReceiveMessage'}],
    ['that is about another queue', {Resource: 'arn:aws:sqs:eu-west-1:123456789012:others'}],
    ['for another topic only', {Condition: {ArnEquals: {'aws:SourceArn': `${TOPIC}-2`}}}],
    ['for another account only', {Condition: {StringEquals: {'aws:SourceAccount': '999999999999'}}}],
    [
      'StringEquals, which knows no wildcards',
      {Condition: {StringEquals: {'aws:SourceArn': 'arn:aws:sns:*:*:orders'}}},
    ],
    ['by exception', {Condition: {ArnNotEquals: {'aws:SourceArn': TOPIC}}}],
    ['that comes over TLS', {Condition: {Bool: {'aws:SecureTransport': 'false'}}}],
  ])('%s', (_, change) => {
    expect(verdict(policy(change))).toBe('refused')
  })

  it('that a deny names, whatever else allows it', () => {
    expect(verdict(policy({}, {Effect: 'Deny'}))).toBe('refused')
    expect(verdict(policy({}, {Effect: 'Deny', Condition: {Bool: {'aws:SecureTransport': true}}}))).toBe('refused')
  })
})

describe('it is not known', () => {
  it.each([
    ['of a condition that a delivery decides', policy({Condition: {StringEquals: {'aws:PrincipalOrgID': 'o-1'}}})],
    [
      'of a deny with such a condition',
      policy({}, {Effect: 'Deny', Condition: {StringEquals: {'aws:PrincipalOrgID': 'o-1'}}}),
    ],
    ['of a text that is no JSON', '{'],
    ['of an ARN with fewer than six fields', policy({Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:*'}}})],
  ])('%s', (_, text) => {
    expect(verdict(text)).toBe('unknown')
  })

  it('but a statement that allows without doubt decides', () => {
    expect(verdict(policy({}, {Condition: {StringEquals: {'aws:PrincipalOrgID': 'o-1'}}}))).toBe('allowed')
  })
})

it.each([
  [{Action: 'sqs:GetQueueUrl'}, 'no statement of it allows sns.amazonaws.com sqs:SendMessage'],
  [
    {Condition: {ArnEquals: {'aws:SourceArn': 'arn:aws:sns:eu-west-1:123456789012:other'}}},
    'it lets sns.amazonaws.com in for other sources only (aws:SourceArn or aws:SourceAccount)',
  ],
  [
    {Condition: {Bool: {'aws:SecureTransport': 'false'}}},
    'it lets sns.amazonaws.com in under conditions only that a delivery does not meet (aws:SecureTransport)',
  ],
  [
    {Resource: 'arn:aws:sqs:eu-west-1:123456789012:others'},
    'what it allows sns.amazonaws.com is for another queue: its Resource is arn:aws:sqs:eu-west-1:123456789012:others',
  ],
  [{Resource: undefined, NotResource: QUEUE}, 'what it allows sns.amazonaws.com is for another queue'],
])('says why, in the middle of a sentence: %j', (change, reason) => {
  expect(deliveryPermission(policy(change), {topicArn: TOPIC, queueArn: QUEUE}).reason).toBe(reason)
})

it('takes patterns that are built to explode', () => {
  const wild = `${'*a'.repeat(2000)}b`
  expect(verdict(policy({Condition: {StringLike: {'aws:SourceArn': wild}}}))).toBe('refused')
})
