import {SQS} from '@aws-sdk/client-sqs'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'
import {startMoto} from './moto.js'
import {CASES, type Bench} from './sqs-cases.js'

/** Where moto 5.2 does not answer as AWS does. Each of these must differ, or it has no place here. */
const MOTO_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ['MD5s of body, attributes and trace header', 'no MD5OfMessageSystemAttributes'],
  ['NUL, ESC and U+FFFE are refused', 'takes any character'],
  ['an empty body is refused', 'takes it'],
  ['attributes count towards the size', 'counts the body only'],
  ['eleven attributes are refused', 'takes them'],
  ['an empty attribute value is refused', 'takes it'],
  ['bad characters fail one entry of a batch', 'takes any character'],
  ['a garbage handle and the handle of another queue are not valid', 'another text'],
  ['a superseded handle deletes nothing, with success', 'deletes the message'],
  ['visibility of a deleted message cannot be changed', 'ReceiptHandleIsInvalid'],
  ['FIFO: a known deduplication id gets the first message’s answer and enqueues nothing', 'a new MessageId'],
  ['FIFO: sequence numbers have 20 digits and rise', 'random numbers'],
  ['FIFO: one batch entry without a group fails the whole batch', 'MissingParameter'],
  ['a dead letter names its source', 'no DeadLetterQueueSourceArn'],
  ['a move task starts, lists and completes', 'HTTP 500 with a page of HTML'],
  [
    'a redrive policy needs a queue that exists, of the same type, and a sensible count',
    'another error, and no checks',
  ],
  ['a redrive allow policy keeps sources out', 'takes the policy and drops it'],
  ['a deleted name rests for a minute', 'free at once'],
  ['queue names have a grammar', 'takes a standard queue with the suffix .fifo'],
  ['lists of queues come in pages', 'MaxResults ignored'],
  ['attributes have ranges and names', 'no checks'],
  ['one purge a minute, in flight included', 'any number of purges'],
])

let counter = 0

function benchAt(url: string): {bench: () => Bench; close: () => void} {
  const connect = (region: string) =>
    new SQS({
      endpoint: url,
      region,
      credentials: {accessKeyId: 'contract', secretAccessKey: 'contract'},
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({requestTimeout: 25_000}),
    })
  const sqs = connect('us-east-1')
  const elsewhere = connect('eu-west-1')
  return {
    bench() {
      const prefix = `case-${++counter}-`
      return {sqs, elsewhere, name: stem => prefix + stem}
    },
    close() {
      sqs.destroy()
      elsewhere.destroy()
    },
  }
}

describe('SQS through the SDK, on the sandbox', () => {
  let sandbox: Sandbox
  let place: ReturnType<typeof benchAt>
  beforeAll(async () => {
    sandbox = await startSandbox()
    place = benchAt(sandbox.url)
  })
  afterAll(async () => {
    place.close()
    await sandbox.close()
  })

  it.each(CASES)('$title', async ({ask, answer}) => {
    expect(await ask(place.bench())).toEqual(answer)
  })
})

const moto = await startMoto()

describe.skipIf(moto === undefined)('SQS through the SDK, on moto_server (skipped where it is not installed)', () => {
  const place = benchAt(moto?.url ?? 'http://127.0.0.1:9')
  afterAll(async () => {
    place.close()
    await moto?.stop()
  })

  it.each(CASES)('$title', async ({title, ask, answer}) => {
    const given = await ask(place.bench()).catch((error: unknown) => error)
    const difference = MOTO_DIFFERENCES.get(title)
    if (difference === undefined) expect(given).toEqual(answer)
    else expect(given, `moto now answers as AWS: ${difference}`).not.toEqual(answer)
  })

  it('differs in known cases only', () => {
    const titles = CASES.map(({title}) => title)
    expect([...MOTO_DIFFERENCES.keys()].filter(title => !titles.includes(title))).toEqual([])
  })
})
