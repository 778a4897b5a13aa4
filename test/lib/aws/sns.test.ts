import * as sns from '@aws-sdk/client-sns'
import {expect, it} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import {connectTo, failureOf} from './connection.js'
import {serve, text} from './http-servers.js'

/** The API reference's list of SNS actions, split by hand into those that change nothing and the rest. */
const READS = [
  'CheckIfPhoneNumberIsOptedOut',
  'GetDataProtectionPolicy',
  'GetEndpointAttributes',
  'GetPlatformApplicationAttributes',
  'GetSMSAttributes',
  'GetSMSSandboxAccountStatus',
  'GetSubscriptionAttributes',
  'GetTopicAttributes',
  'ListEndpointsByPlatformApplication',
  'ListOriginationNumbers',
  'ListPhoneNumbersOptedOut',
  'ListPlatformApplications',
  'ListSMSSandboxPhoneNumbers',
  'ListSubscriptions',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'ListTopics',
]
const WRITES = [
  'AddPermission',
  'ConfirmSubscription',
  'CreatePlatformApplication',
  'CreatePlatformEndpoint',
  'CreateSMSSandboxPhoneNumber',
  'CreateTopic',
  'DeleteEndpoint',
  'DeletePlatformApplication',
  'DeleteSMSSandboxPhoneNumber',
  'DeleteTopic',
  'OptInPhoneNumber',
  'Publish',
  'PublishBatch',
  'PutDataProtectionPolicy',
  'RemovePermission',
  'SetEndpointAttributes',
  'SetPlatformApplicationAttributes',
  'SetSMSAttributes',
  'SetSubscriptionAttributes',
  'SetTopicAttributes',
  'Subscribe',
  'TagResource',
  'Unsubscribe',
  'UntagResource',
  'VerifySMSSandboxPhoneNumber',
]

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'

type Command = sns.ListTopicsCommand
function commandOf(operation: string, input: object = {}): Command {
  const constructors = sns as unknown as Record<string, new (input: object) => Command>
  return new constructors[`${operation}Command`]!(input)
}

it('covers every operation that the SDK has', () => {
  const operations = Object.keys(sns)
    .flatMap(name => /^(\w+)Command$/.exec(name)?.[1] ?? [])
    .filter(name => !name.startsWith('$'))
  expect(operations.sort()).toEqual([...READS, ...WRITES].sort())
})

it('lets only reads out, on both clients', async () => {
  const server = await serve(text(200, '<Answer xmlns="http://sns.amazonaws.com/doc/2010-03-31/"/>'))
  const aws = connectTo(server.url, {readOnly: true})
  for (const client of [await aws.sns(), await aws.snsOnce()]) {
    for (const operation of READS) await client.send(commandOf(operation)).catch(() => undefined)
    for (const operation of WRITES) {
      const error = await failureOf(client.send(commandOf(operation)))
      expect(error).toBeInstanceOf(OpsError)
      expect(error).toMatchObject({code: 'ReadOnly', exitCode: 7})
    }
  }
  const sent = server.received.map(({body}) => new URLSearchParams(body).get('Action'))
  expect(new Set(sent)).toEqual(new Set(READS))
})

it.each(['Publish', 'PublishBatch'])('does not give %s to the client that repeats', async operation => {
  const server = await serve(text(200, ''))
  const error = await failureOf((await connectTo(server.url).sns()).send(commandOf(operation, {TopicArn: TOPIC})))
  expect(error).not.toBeInstanceOf(OpsError)
  expect((error as Error).message).toContain('snsOnce()')
  expect(server.received).toEqual([])
})

const XML = {'content-type': 'text/xml', 'x-amzn-requestid': 'req-7'}
const failure = (code: string, message: string) =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>req-7</RequestId></ErrorResponse>`

it.each([
  ['NotFound', 404, 'Topic does not exist', 5],
  ['AuthorizationError', 403, 'User is not authorized', 4],
  ['InvalidParameter', 400, 'Invalid parameter: TopicArn', 1],
  ['Throttled', 429, 'Rate exceeded', 6],
  ['KMSAccessDenied', 400, 'no', 4],
  ['KMSDisabled', 400, 'off', 1],
  ['KMSNotFound', 400, 'gone', 1],
  ['KMSThrottling', 400, 'slow', 6],
])('%s exits with its code, and names the topic', async (code, status, said, exitCode) => {
  const server = await serve(text(status, failure(code, said), XML))
  const aws = connectTo(server.url)
  const error = await failureOf((await aws.snsOnce()).send(commandOf('Publish', {TopicArn: TOPIC, Message: 'x'})))
  expect(error).toMatchObject({exitCode, action: 'Publish', resource: TOPIC, requestId: 'req-7', outcome: 'rejected'})
  expect((error as Error).message).toContain(TOPIC)
})

it('a denied batch asks for the permission of its single form, in words about the topic', async () => {
  const server = await serve(text(403, failure('AuthorizationError', 'no'), XML))
  const error = await failureOf(
    (await connectTo(server.url).snsOnce()).send(
      commandOf('PublishBatch', {TopicArn: TOPIC, PublishBatchRequestEntries: []}),
    ),
  )
  expect(error).toMatchObject({
    message: `Access denied: PublishBatch on ${TOPIC} needs the permission sns:Publish. AWS says: no.`,
  })
})

it('a published message whose answer is lost has an unknown outcome, after one attempt', async () => {
  const server = await serve(response => response.socket?.resetAndDestroy())
  const error = await failureOf(
    (await connectTo(server.url).snsOnce()).send(commandOf('Publish', {TopicArn: TOPIC, Message: 'x'})),
  )
  expect(error).toMatchObject({outcome: 'unknown', exitCode: 6})
  expect(server.received).toHaveLength(1)
})
