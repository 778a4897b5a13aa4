import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import {startSandbox} from '../../../src/sandbox/server.js'
import {failureOf} from './connection.js'

const sandbox = await startSandbox()
beforeEach(() => sandbox.reset())
afterAll(() => sandbox.close())

const connect = (region?: string): AwsContext =>
  createAwsContext({sandbox: true, readOnly: false, region, env: {MSGOPS_SANDBOX_URL: sandbox.url}})

it('--sandbox is account 000000000000 in us-east-1', async () => {
  const aws = connect()
  expect(await aws.identity()).toMatchObject({accountId: '000000000000'})
  expect([aws.region, aws.sandbox, aws.profile, aws.endpointFor('sqs')]).toEqual([
    'us-east-1',
    true,
    undefined,
    sandbox.url,
  ])
  expect(
    sandbox.requests.list().map(({service, action, account, region}) => [service, action, account, region]),
  ).toEqual([['sts', 'GetCallerIdentity', '000000000000', 'us-east-1']])
})

it('sends, receives and deletes over both clients', async () => {
  const aws = connect('eu-west-2')
  const [reads, once] = [await aws.sqs(), await aws.sqsOnce()]
  const {QueueUrl} = await reads.send(new CreateQueueCommand({QueueName: 'orders'}))
  expect(QueueUrl).toBe(`${sandbox.url}/000000000000/orders`)
  await once.send(new SendMessageCommand({QueueUrl, MessageBody: 'grüße'}))
  const {Messages: messages} = await reads.send(new ReceiveMessageCommand({QueueUrl}))
  expect(messages?.map(({Body}) => Body)).toEqual(['grüße'])
  await reads.send(new DeleteMessageCommand({QueueUrl, ReceiptHandle: messages?.[0]?.ReceiptHandle}))
  expect(
    (
      await connect()
        .sqs()
        .then(async client => client.send(new ListQueuesCommand({})))
    ).QueueUrls ?? [],
  ).toEqual([])
})

describe('failures', () => {
  it('of a queue that is not there', async () => {
    const error = await failureOf((await connect().sqs()).send(new GetQueueUrlCommand({QueueName: 'nope'})))
    expect(error).toMatchObject({
      code: 'QueueDoesNotExist',
      exitCode: 5,
      outcome: 'rejected',
      resource: 'nope',
      action: 'GetQueueUrl',
    })
    expect((error as {requestId?: string}).requestId).toMatch(/^[0-9a-f-]{36}$/)
  })
})
