import * as events from '@aws-sdk/client-eventbridge'
import {expect, it} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import {ENV, connectTo, failureOf} from './connection.js'
import {serve, text} from './http-servers.js'

/** The API reference's list of EventBridge actions, split by hand into those that change nothing and the rest. */
const READS = [
  'DescribeApiDestination',
  'DescribeArchive',
  'DescribeConnection',
  'DescribeEndpoint',
  'DescribeEventBus',
  'DescribeEventSource',
  'DescribePartnerEventSource',
  'DescribeReplay',
  'DescribeRule',
  'ListApiDestinations',
  'ListArchives',
  'ListConnections',
  'ListEndpoints',
  'ListEventBuses',
  'ListEventSources',
  'ListPartnerEventSourceAccounts',
  'ListPartnerEventSources',
  'ListReplays',
  'ListRuleNamesByTarget',
  'ListRules',
  'ListTagsForResource',
  'ListTargetsByRule',
  'TestEventPattern',
]
const WRITES = [
  'ActivateEventSource',
  'CancelReplay',
  'CreateApiDestination',
  'CreateArchive',
  'CreateConnection',
  'CreateEndpoint',
  'CreateEventBus',
  'CreatePartnerEventSource',
  'DeactivateEventSource',
  'DeauthorizeConnection',
  'DeleteApiDestination',
  'DeleteArchive',
  'DeleteConnection',
  'DeleteEndpoint',
  'DeleteEventBus',
  'DeletePartnerEventSource',
  'DeleteRule',
  'DisableRule',
  'EnableRule',
  'PutEvents',
  'PutPartnerEvents',
  'PutPermission',
  'PutRule',
  'PutTargets',
  'RemovePermission',
  'RemoveTargets',
  'StartReplay',
  'TagResource',
  'UntagResource',
  'UpdateApiDestination',
  'UpdateArchive',
  'UpdateConnection',
  'UpdateEndpoint',
  'UpdateEventBus',
]

type Command = events.TestEventPatternCommand
function commandOf(operation: string, input: object = {}): Command {
  const constructors = events as unknown as Record<string, new (input: object) => Command>
  return new constructors[`${operation}Command`]!(input)
}

it('covers every operation that the SDK has', () => {
  const operations = Object.keys(events)
    .flatMap(name => /^(\w+)Command$/.exec(name)?.[1] ?? [])
    .filter(name => !name.startsWith('$'))
  expect(operations.sort()).toEqual([...READS, ...WRITES].sort())
})

it('lets only reads out in read-only mode', async () => {
  const server = await serve(text(200, '{}', {'content-type': 'application/x-amz-json-1.1'}))
  const client = await connectTo(server.url, {readOnly: true}).events()
  for (const operation of READS) await client.send(commandOf(operation)).catch(() => undefined)
  for (const operation of WRITES) {
    const error = await failureOf(client.send(commandOf(operation)))
    expect(error).toBeInstanceOf(OpsError)
    expect(error).toMatchObject({code: 'ReadOnly', exitCode: 7})
  }
  const sent = server.received.map(({headers}) => String(headers['x-amz-target']).replace('AWSEvents.', ''))
  expect(new Set(sent)).toEqual(new Set(READS))
})

it.each(['PutEvents', 'PutPartnerEvents'])('does not give %s to the client that repeats', async operation => {
  const server = await serve(text(200, '{}'))
  const error = await failureOf((await connectTo(server.url).events()).send(commandOf(operation, {Entries: []})))
  expect(error).not.toBeInstanceOf(OpsError)
  expect(server.received).toEqual([])
})

it('takes its endpoint from the variable that AWS names after the service', async () => {
  const server = await serve(text(200, '{"Result":true}', {'content-type': 'application/x-amz-json-1.1'}))
  const aws = connectTo(server.url, {endpointUrl: undefined, env: {...ENV, AWS_ENDPOINT_URL_EVENTBRIDGE: server.url}})
  expect(aws.endpointFor('events')).toBe(server.url)
  expect(aws.endpointFor('sns')).toBeUndefined()
  const {Result} = await (await aws.events()).send(commandOf('TestEventPattern', {EventPattern: '{}', Event: '{}'}))
  expect(Result).toBe(true)
})

it('a denial names the permission under the prefix that IAM has for it', async () => {
  const body = '{"__type":"AccessDeniedException","Message":"no"}'
  const server = await serve(text(400, body, {'content-type': 'application/x-amz-json-1.1'}))
  const command = commandOf('TestEventPattern', {EventPattern: '{}', Event: '{}'})
  expect(await failureOf((await connectTo(server.url).events()).send(command))).toMatchObject({
    exitCode: 4,
    message: 'Access denied: TestEventPattern needs the permission events:TestEventPattern. AWS says: no.',
  })
})
