import {describe, expect, it} from 'vitest'
import {findingsOf, type FindingsInput} from '../../../src/lib/queues/findings.js'
import {summarizePolicy} from '../../../src/lib/queues/policy-summary.js'
import type {QueueAttributes} from '../../../src/lib/queues/queue-attributes.js'

const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`

/** A queue with nothing wrong about it but what the overrides say. */
function attributes(name: string, overrides: Partial<QueueAttributes> = {}): QueueAttributes {
  return {
    queueArn: arn(name),
    approximateNumberOfMessages: 0,
    approximateNumberOfMessagesNotVisible: 0,
    approximateNumberOfMessagesDelayed: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastModifiedAt: '2026-01-01T00:00:00.000Z',
    visibilityTimeout: 30,
    messageRetentionPeriod: 345_600,
    maximumMessageSize: 1_048_576,
    delaySeconds: 0,
    receiveMessageWaitTimeSeconds: 0,
    fifoQueue: name.endsWith('.fifo'),
    sqsManagedSseEnabled: true,
    ...overrides,
  }
}

const to = (name: string, maxReceiveCount = 5) => ({
  redrivePolicy: {deadLetterTargetArn: arn(name), maxReceiveCount},
})
const dlq = (name: string, overrides: Partial<QueueAttributes> = {}) => ({
  name,
  attributes: attributes(name, {messageRetentionPeriod: 1_209_600, ...overrides}),
})

const CASES: readonly (readonly [what: string, input: FindingsInput, codes: readonly string[]])[] = [
  ['nothing', {name: 'q', attributes: attributes('q', to('d')), deadLetterQueue: dlq('d'), sources: []}, []],
  ['no dead-letter queue', {name: 'q', attributes: attributes('q'), sources: []}, ['NoDeadLetterQueue']],
  [
    'a dead-letter queue needs none itself',
    {name: 'd', attributes: dlq('d').attributes, sources: [{name: 'q', attributes: attributes('q', to('d'))}]},
    [],
  ],
  ['sources not known, so nothing is said', {name: 'q', attributes: attributes('q')}, []],
  [
    'one receive only',
    {name: 'q', attributes: attributes('q', to('d', 1)), deadLetterQueue: dlq('d')},
    ['MaxReceiveCountOne'],
  ],
  ['its own dead-letter queue', {name: 'q', attributes: attributes('q', to('q'))}, ['RedriveLoop']],
  [
    'a missing one',
    {name: 'q', attributes: attributes('q', to('d')), deadLetterQueue: 'missing'},
    ['DeadLetterQueueMissing'],
  ],
  [
    'one of another type',
    {name: 'q', attributes: attributes('q', to('d.fifo')), deadLetterQueue: dlq('d.fifo')},
    ['DeadLetterQueueTypeMismatch'],
  ],
  [
    'one that dead-letters back',
    {name: 'q', attributes: attributes('q', to('d')), deadLetterQueue: dlq('d', to('q'))},
    ['RedriveLoop'],
  ],
  [
    'one that does not admit it',
    {
      name: 'q',
      attributes: attributes('q', to('d')),
      deadLetterQueue: dlq('d', {redriveAllowPolicy: {redrivePermission: 'byQueue', sourceQueueArns: [arn('other')]}}),
    },
    ['RedriveNotAllowed'],
  ],
  [
    'a standard one that keeps messages no longer',
    {name: 'q', attributes: attributes('q', to('d')), deadLetterQueue: dlq('d', {messageRetentionPeriod: 345_600})},
    ['DeadLetterRetentionNotLonger'],
  ],
  [
    'a FIFO one starts the clock anew',
    {
      name: 'q.fifo',
      attributes: attributes('q.fifo', to('d.fifo')),
      deadLetterQueue: dlq('d.fifo', {messageRetentionPeriod: 345_600}),
    },
    [],
  ],
  [
    'a dead-letter queue that dead-letters',
    {
      name: 'd',
      attributes: dlq('d', to('e')).attributes,
      deadLetterQueue: dlq('e', {messageRetentionPeriod: 1_209_601}),
      sources: [{name: 'q', attributes: attributes('q', to('d'))}],
    },
    ['DeadLetterQueueDeadLetters'],
  ],
  ['visibility 0', {name: 'q', attributes: attributes('q', {visibilityTimeout: 0})}, ['VisibilityTimeoutZero']],
  ['visibility 4 s', {name: 'q', attributes: attributes('q', {visibilityTimeout: 4})}, ['VisibilityTimeoutLow']],
  ['visibility 5 s', {name: 'q', attributes: attributes('q', {visibilityTimeout: 5})}, []],
  ['not encrypted', {name: 'q', attributes: attributes('q', {sqsManagedSseEnabled: false})}, ['NotEncrypted']],
  [
    'a key instead',
    {name: 'q', attributes: attributes('q', {sqsManagedSseEnabled: false, kmsMasterKeyId: 'alias/k'})},
    [],
  ],
  [
    'a backlog that is soon lost, the gravest first',
    {
      name: 'q',
      attributes: attributes('q', {approximateNumberOfMessages: 3, messageRetentionPeriod: 3600, visibilityTimeout: 0}),
    },
    ['VisibilityTimeoutZero', 'RetentionShort', 'OldestMessageUnknown'],
  ],
]

describe('findings of a queue', () => {
  it.each(CASES)('%s', (_, input, codes) => {
    expect(findingsOf(input).map(({code}) => code)).toEqual(codes)
  })

  it.each([
    ['everybody', {Principal: '*'}, ['PublicPolicy']],
    ['everybody, as AWS', {Principal: {AWS: '*'}}, ['PublicPolicy']],
    ['everybody but one', {NotPrincipal: {AWS: '111122223333'}}, ['PublicPolicy']],
    ['everybody under a condition', {Principal: '*', Condition: {ArnEquals: {'aws:SourceArn': 'arn:x'}}}, []],
    ['everybody, denied', {Principal: '*', Effect: 'Deny'}, []],
    ['one account', {Principal: {AWS: '111122223333'}}, []],
  ])('a policy for %s', (_, statement, codes) => {
    const text = JSON.stringify({Version: '2012-10-17', Statement: {Effect: 'Allow', Action: 'sqs:*', ...statement}})
    const policy = summarizePolicy(text)
    expect(findingsOf({name: 'q', attributes: attributes('q'), policy}).map(({code}) => code)).toEqual(codes)
  })
})

describe('the summary of a policy', () => {
  it('is nothing where the text is no policy', () => {
    expect([summarizePolicy('{'), summarizePolicy('[]'), summarizePolicy('{}')]).toEqual([undefined, undefined, []])
  })
})
