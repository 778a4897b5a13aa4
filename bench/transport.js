// What one redriven message (a tenth of ReceiveMessage + SendMessageBatch + DeleteMessageBatch) costs each client, against a
// server in another process that gives canned answers: interleaved rounds, medians. No journal, no verification.
// usage: node bench/transport.js [rounds]
/* global AbortController, Buffer, performance, setInterval, setTimeout */
import {build} from 'esbuild'
import {fork} from 'node:child_process'
import {once, setMaxListeners} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const BATCH = 10
const REGION = 'us-east-1'
const CREDENTIALS = {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'}

if (process.argv[2] === '--server') serve(Number(process.argv[3]))
else await main(Number(process.argv[2] ?? 5))

/** Answers every request at once, or after a latency; as little work as possible, so that the clients are what is measured. */
function serve(latencyMs) {
  const ten = entry => Array.from({length: BATCH}, (_, i) => entry(String(i)))
  const md5 = '098f6bcd4621d373cade4e832627b4f6'
  const documents = {
    ReceiveMessage: {
      Messages: ten(i => ({
        MessageId: `6f1cf3a2-1b5e-4f0b-8b55-0c0a0b0c0d0${i}`,
        ReceiptHandle: `AQEB${'h'.repeat(300)}${i}`,
        MD5OfBody: md5,
        Body: JSON.stringify({order: i, text: 'x'.repeat(190)}),
        Attributes: {
          SenderId: 'AIDAEXAMPLE',
          SentTimestamp: '1700000000000',
          ApproximateReceiveCount: '3',
          ApproximateFirstReceiveTimestamp: '1700000000001',
          DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
        },
        MD5OfMessageAttributes: md5,
        MessageAttributes: {
          kind: {DataType: 'String', StringValue: 'order'},
          count: {DataType: 'Number', StringValue: '42'},
          blob: {DataType: 'Binary', BinaryValue: 'AAECAwQFBgcICQ=='},
          label: {DataType: 'String.custom', StringValue: 'custom'},
        },
      })),
    },
    SendMessageBatch: {
      Successful: ten(Id => ({
        Id,
        MessageId: `7f1cf3a2-1b5e-4f0b-8b55-0c0a0b0c0d0${Id}`,
        MD5OfMessageBody: md5,
        MD5OfMessageAttributes: md5,
      })),
      Failed: [],
    },
    DeleteMessageBatch: {Successful: ten(Id => ({Id})), Failed: []},
  }
  const answers = {}
  const render = () => {
    for (const [operation, document] of Object.entries(documents)) {
      const body = JSON.stringify(document)
      answers[operation] = Buffer.from(
        `HTTP/1.1 200 OK\r\nx-amzn-RequestId: 6f1cf3a2-1b5e-4f0b-8b55-0c0a0b0c0d0e\r\nDate: ${new Date().toUTCString()}\r\n` +
          `Content-Type: application/x-amz-json-1.0\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    }
  }
  render()
  setInterval(render, 1000).unref()
  const server = createServer({noDelay: true}, socket => {
    let received
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => {
      received = received ? Buffer.concat([received, chunk]) : chunk
      while (received) {
        const end = received.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = received.latin1Slice(0, end)
        const length = end + 4 + Number(/content-length: (\d+)/i.exec(head)[1])
        if (received.length < length) return
        received = received.length === length ? undefined : received.subarray(length)
        const answer = answers[/AmazonSQS\.(\w+)/.exec(head)[1]]
        if (latencyMs === 0) socket.write(answer)
        else setTimeout(() => socket.write(answer), latencyMs)
      }
    })
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

/** The clients as they are bundled into the product. */
async function loadClients() {
  const folder = await mkdtemp(path.join(tmpdir(), 'msgops-bench-'))
  const outfile = path.join(folder, 'clients.mjs')
  await build({
    stdin: {
      contents: `
        export {SQSClient} from '@aws-sdk/client-sqs'
        export {createAwsContext} from './src/lib/aws/connect.ts'
        export {createLeanSqs} from './src/lib/aws/lean/client.ts'
        export {leanSqsOverSdk} from './src/lib/aws/lean/over-sdk.ts'`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    define: {'process.env.NODE_ENV': '"production"'},
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, {recursive: true})
  }
}

async function openVariants(clients, endpoint) {
  const {SQSClient, createAwsContext, createLeanSqs, leanSqsOverSdk} = clients
  const base = {
    region: REGION,
    endpoint,
    useQueueUrlAsEndpoint: false,
    md5: false,
    requestHandler: {httpAgent: {maxSockets: 256}},
  }
  const silent = () => undefined
  const logger = {trace: silent, debug: silent, info: silent, warn: silent, error: silent}
  const env = {AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey}
  const files = {AWS_CONFIG_FILE: '/nonexistent/config', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials'}
  const context = createAwsContext({
    sandbox: false,
    readOnly: false,
    region: REGION,
    endpointUrl: endpoint,
    env: {...env, ...files},
  })
  const policy = {
    service: 'sqs',
    region: REGION,
    endpoint,
    profile: undefined,
    sandbox: false,
    readOnly: false,
    repeats: false,
    requestTimeoutMs: undefined,
    debug: undefined,
  }
  const account = async () => '000000000000'
  const configured = new SQSClient({...base, credentials: CREDENTIALS})
  return {
    'SDK, plain': leanSqsOverSdk(new SQSClient({...base, credentials: async () => CREDENTIALS})),
    'SDK, cacheMiddleware': leanSqsOverSdk(
      new SQSClient({...base, credentials: CREDENTIALS, cacheMiddleware: true, logger}),
    ),
    'SDK in the AWS layer': leanSqsOverSdk(await context.sqsOnce()),
    lean: await createLeanSqs({
      client: configured,
      policy,
      maxSockets: 256,
      accountBefore: account,
      accountNow: account,
    }),
  }
}

/** Moves messages with so many in flight; the client's own CPU microseconds a message, and messages a second. */
async function move(sqs, queue, inFlight, messages) {
  const {signal} = new AbortController()
  // The SDK listens once a request, and Node warns of that.
  setMaxListeners(0, signal)
  let left = Math.ceil(messages / BATCH)
  const worker = async () => {
    while (left-- > 0) {
      const {Messages} = await sqs.receiveMessage(
        {
          QueueUrl: `${queue}-dlq`,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: 1,
          VisibilityTimeout: 120,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        },
        {signal},
      )
      const sent = await sqs.sendMessageBatch(
        {
          QueueUrl: queue,
          Entries: Messages.map(({Body, MessageAttributes}, i) => ({
            Id: String(i),
            MessageBody: Body,
            MessageAttributes,
          })),
        },
        {signal},
      )
      const removed = await sqs.deleteMessageBatch(
        {
          QueueUrl: `${queue}-dlq`,
          Entries: sent.Successful.map(({Id}) => ({Id, ReceiptHandle: Messages[Number(Id)].ReceiptHandle})),
        },
        {signal},
      )
      if (removed.Successful.length !== BATCH) throw new Error('a batch came back short')
    }
  }
  const cpu = process.cpuUsage()
  const started = performance.now()
  await Promise.all(Array.from({length: inFlight}, worker))
  const seconds = (performance.now() - started) / 1000
  const {user, system} = process.cpuUsage(cpu)
  return {cpuUs: (user + system) / messages, perSecond: messages / seconds}
}

async function measure(clients, latencyMs, rounds) {
  const server = fork(fileURLToPath(import.meta.url), ['--server', String(latencyMs)])
  const [port] = await once(server, 'message')
  const endpoint = `http://127.0.0.1:${port}`
  const queue = `${endpoint}/000000000000/orders`
  const variants = await openVariants(clients, endpoint)
  for (const inFlight of [1, 8, 64]) {
    const messages = latencyMs === 0 ? 10_000 : inFlight * BATCH * 20
    const figures = Object.fromEntries(Object.keys(variants).map(name => [name, []]))
    for (let round = -1; round < rounds; round++) {
      for (const [name, sqs] of Object.entries(variants)) {
        const figure = await move(sqs, queue, inFlight, messages)
        if (round >= 0) figures[name].push(figure)
      }
    }
    for (const [name, samples] of Object.entries(figures)) {
      const cpuUs = median(samples.map(sample => sample.cpuUs))
      const perSecond = median(samples.map(sample => sample.perSecond))
      console.log(`| ${latencyMs} | ${inFlight} | ${name} | ${cpuUs.toFixed(0)} | ${perSecond.toFixed(0)} |`)
    }
  }
  server.disconnect()
}

async function main(rounds) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const clients = await loadClients()
  console.log(`${rounds} interleaved rounds, Node ${process.version}`)
  console.log('| latency ms | in flight | client | CPU us a message | messages/s |\n|---|---|---|---|---|')
  for (const latencyMs of [0, 20]) await measure(clients, latencyMs, rounds)
  process.exit()
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
