import * as sqs from '@aws-sdk/client-sqs'
import {expect, it} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import {connectTo, failureOf} from './connection.js'
import {callerIdentity, json, serve} from './http-servers.js'

/** The API reference's list of SQS actions, split by hand into those that change nothing and the rest. */
const READS = [
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'ListMessageMoveTasks',
  'ListQueueTags',
  'ListQueues',
]
const WRITES = [
  'AddPermission',
  'CancelMessageMoveTask',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'CreateQueue',
  'DeleteMessage',
  'DeleteMessageBatch',
  'DeleteQueue',
  'PurgeQueue',
  'ReceiveMessage',
  'RemovePermission',
  'SendMessage',
  'SendMessageBatch',
  'SetQueueAttributes',
  'StartMessageMoveTask',
  'TagQueue',
  'UntagQueue',
]

type Command = sqs.ListQueuesCommand
function commandOf(operation: string, url: string): Command {
  const constructors = sqs as unknown as Record<string, new (input: object) => Command>
  return new constructors[`${operation}Command`]!({QueueUrl: `${url}/123456789012/q`})
}

it('covers every operation that the SDK has', () => {
  const operations = Object.keys(sqs)
    .flatMap(name => /^(\w+)Command$/.exec(name)?.[1] ?? [])
    .filter(name => !name.startsWith('$'))
  expect(operations.sort()).toEqual([...READS, ...WRITES].sort())
})

it('lets only reads out, on both clients', async () => {
  const server = await serve(json(200, {}))
  const aws = connectTo(server.url, {readOnly: true})
  for (const client of [await aws.sqs(), await aws.sqsOnce()]) {
    for (const operation of READS) await client.send(commandOf(operation, server.url))
    for (const operation of WRITES) {
      const error = await failureOf(client.send(commandOf(operation, server.url)))
      expect(error).toBeInstanceOf(OpsError)
      expect(error).toMatchObject({code: 'ReadOnly', exitCode: 7})
    }
  }
  expect(server.received.map(({action}) => action)).toEqual([...READS, ...READS])
})

it('says why ReceiveMessage is a write', async () => {
  const aws = connectTo('http://127.0.0.1:9', {readOnly: true})
  const error = await failureOf((await aws.sqs()).send(commandOf('ReceiveMessage', 'http://127.0.0.1:9')))
  expect((error as Error).message).toBe(
    'Read-only mode refuses ReceiveMessage on arn:aws:sqs:eu-west-1:123456789012:q, which hides messages and raises their receive counts. Nothing was sent.',
  )
})

it('lets identity through', async () => {
  const server = await serve(callerIdentity('123456789012', 'arn:aws:iam::123456789012:user/ops'))
  expect(await connectTo(server.url, {readOnly: true}).identity()).toMatchObject({accountId: '123456789012'})
})
