// The queues of bench/redrive.js: a server in a process of its own, so that its CPU is not the client's, and messages in it.
/* global Buffer, clearInterval, setInterval */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {Agent, request} from 'node:http'
import {fileURLToPath} from 'node:url'
import {serveFauxqs} from './fauxqs.js'

const SELF = fileURLToPath(import.meta.url)
/** What one request takes of SQS at most. */
export const BATCH = 10

/** The sandbox, which counts its own CPU and requests. */
async function serveSandbox() {
  const {startSandbox} = await import('../dist/sandbox/server.js')
  const sandbox = await startSandbox()
  let firstAt
  return {
    url: sandbox.url,
    commands: {
      reset: () => sandbox.reset(),
      latency: latencyMs => latencyMs > 0 && sandbox.faults.add({kind: 'slow', service: 'sqs', latencyMs}),
      usage: () => {
        const {user, system} = process.cpuUsage()
        return {cpuUs: user + system, requests: sandbox.requests.total}
      },
      // From when the first message was asked for until the last one was deleted. The log keeps the latest requests only.
      watch: () => {
        firstAt = undefined
        const look = setInterval(() => {
          firstAt ??= sandbox.requests.list().find(({action}) => action === 'ReceiveMessage')?.at
          if (firstAt !== undefined) clearInterval(look)
        }, 20)
      },
      movedMs: () => {
        const last = sandbox.requests.list().findLast(({action}) => action === 'DeleteMessageBatch')
        return last.at - firstAt
      },
    },
  }
}

async function serve([fauxqs]) {
  const {url, commands} = await (fauxqs === undefined ? serveSandbox() : serveFauxqs(fauxqs))
  process.on('message', async ([command, argument]) => process.send({result: await commands[command](argument)}))
  process.on('disconnect', () => process.exit())
  process.send({result: url})
}

/** In a process of its own: the sandbox, or fauxqs out of the folder where it is installed. */
export async function startServer(fauxqs) {
  const child = fork(SELF, fauxqs === undefined ? [] : [fauxqs])
  const next = async () => (await once(child, 'message'))[0].result
  const url = await next()
  const ask = async (command, argument) => {
    const answer = next()
    child.send([command, argument])
    return answer
  }
  return {url, ask, close: () => child.disconnect()}
}

/** Calls of the JSON protocol; the sandbox checks no signature. */
export function callerOf(url) {
  const agent = new Agent({keepAlive: true, maxSockets: 8})
  const {hostname, port} = new URL(url)
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input)
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': `AmazonSQS.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      }
      const sent = request({hostname, port, method: 'POST', path: '/', agent, headers}, response => {
        const chunks = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === 200) resolve(text === '' ? {} : JSON.parse(text))
          else reject(new Error(`${operation}: ${response.statusCode} ${text}`))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
}

/** A queue, its dead-letter queue, and so many messages in it of 220 bytes with four attributes of different types. */
export async function seed(server, call, messages) {
  await server.ask('reset')
  const {QueueUrl: dlq} = await call('CreateQueue', {QueueName: 'bench-dlq'})
  const policy = {deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:bench-dlq', maxReceiveCount: 3}
  const {QueueUrl: queue} = await call('CreateQueue', {
    QueueName: 'bench',
    Attributes: {RedrivePolicy: JSON.stringify(policy)},
  })
  let next = 0
  const work = async () => {
    while (next < messages) {
      const first = next
      next += BATCH
      const {Failed = []} = await call('SendMessageBatch', {
        QueueUrl: dlq,
        Entries: Array.from({length: BATCH}, (_, i) => entry(first + i, String(i))),
      })
      if (Failed.length > 0) throw new Error('seeding failed')
    }
  }
  await Promise.all(Array.from({length: 8}, work))
  return {dlq, queue}
}

function entry(number, Id) {
  return {
    Id,
    MessageBody: JSON.stringify({order: number, text: 'x'.repeat(190)}),
    MessageAttributes: {
      kind: {DataType: 'String', StringValue: 'order'},
      count: {DataType: 'Number', StringValue: '42'},
      blob: {DataType: 'Binary', BinaryValue: 'AAECAwQFBgcICQ=='},
      label: {DataType: 'String.custom', StringValue: 'custom'},
    },
  }
}

const NAMES = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']

export async function depth(call, QueueUrl) {
  const {Attributes} = await call('GetQueueAttributes', {QueueUrl, AttributeNames: NAMES})
  return NAMES.reduce((sum, name) => sum + Number(Attributes[name]), 0)
}

if (process.argv[1] === SELF) await serve(process.argv.slice(2))
