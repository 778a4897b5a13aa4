import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'
import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import {afterAll, beforeAll, expect, it, vi} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import {OpsError} from '../../../src/lib/ops-error.js'
import {closedPort, json, reset, serve, silence, sqsError, text} from './http-servers.js'
import type {Answer} from './http-servers.js'

const CANARY = 'CANARY'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgops-canary-'))
  writeFileSync(
    join(folder, 'config'),
    `[default]\naws_secret_access_key = ${CANARY}-file\n[profile tool]\ncredential_process = sh -c "echo ${CANARY}-process; exit 1"\n`,
  )
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, {recursive: true})
})

const env = () => ({
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: `${CANARY}-secret`,
  AWS_SESSION_TOKEN: `${CANARY}-token`,
  AWS_REGION: 'eu-west-1',
  AWS_CONFIG_FILE: join(folder, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
})

/** AWS repeats a handle that it cannot read to the one who gave it. */
const echoHandle: Answer = (response, received, count) => {
  const handle = /CANARY-handle/.exec(received.body)?.[0] ?? ''
  sqsError(400, 'ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not valid`)(
    response,
    received,
    count,
  )
}

/** Everything of a failure that could be shown, stored or logged, its hidden parts included. */
async function traces(endpointUrl: string, profile?: string): Promise<string> {
  const lines: string[] = []
  const aws = createAwsContext({
    sandbox: false,
    readOnly: false,
    endpointUrl,
    profile,
    env: env(),
    requestTimeoutMs: 300,
    debug: line => lines.push(line),
  })
  const QueueUrl = `${endpointUrl}/123456789012/q`
  const client = await aws.sqsOnce()
  const MessageBody = `${CANARY}-body`
  const MessageAttributes = {a: {DataType: 'String', StringValue: `${CANARY}-attribute`}}
  const calls: Promise<unknown>[] = [
    client.send(new SendMessageCommand({QueueUrl, MessageBody, MessageAttributes})),
    client.send(new SendMessageBatchCommand({QueueUrl, Entries: [{Id: '0', MessageBody}]})),
    client.send(new DeleteMessageCommand({QueueUrl, ReceiptHandle: `${CANARY}-handle`})),
    client.send(new DeleteMessageBatchCommand({QueueUrl, Entries: [{Id: '0', ReceiptHandle: `${CANARY}-handle`}]})),
    client.send(new ReceiveMessageCommand({QueueUrl})),
  ]
  const seen: unknown[] = []
  for (const error of await Promise.all(calls.map(async call => call.catch((thrown: unknown) => thrown)))) {
    if (!(error instanceof Error)) continue
    expect(error).toBeInstanceOf(OpsError)
    seen.push(inspect(error, {depth: Infinity, showHidden: true}), error.stack, String(error.cause))
  }
  return [...seen, ...lines].join('\n')
}

it.each([
  [
    'a signature error that repeats the signed headers',
    sqsError(403, 'SignatureDoesNotMatch', `The Canonical String was\nx-amz-security-token:${CANARY}-token`),
  ],
  [
    'an invalid signature of the newer name',
    sqsError(400, 'InvalidSignatureException', `x-amz-security-token:${CANARY}-token`),
  ],
  ['an error that repeats the receipt handle', echoHandle],
  ['a server error', text(500, `<html>${CANARY}-echo</html>`)],
  ['an unreadable answer', text(200, `${CANARY}-echo`)],
  [
    'a corrupted message',
    json(200, {
      Messages: [{MessageId: 'm', Body: `${CANARY}-body`, MD5OfBody: 'x', ReceiptHandle: `${CANARY}-handle`}],
    }),
  ],
  ['a reset', reset],
  ['silence', silence],
] as const)('nothing secret is left of %s', async (_name, answer) => {
  const server = await serve(answer)
  const found = await traces(server.url)
  expect(
    server.received.some(({headers, body}) => `${String(headers['x-amz-security-token'])}${body}`.includes(CANARY)),
  ).toBe(true)
  expect(found).toContain('sqs DeleteMessage · attempt 1')
  expect(found).not.toContain(CANARY)
})

it('nothing secret is left where nothing listens, or where credentials fail', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`
  expect(await traces(url)).not.toContain(CANARY)
  const failed = await traces(url, 'tool')
  expect(failed).toContain('CredentialProcessFailed')
  expect(failed).not.toContain(CANARY)
})
