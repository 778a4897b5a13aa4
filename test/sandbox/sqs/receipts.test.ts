import {beforeEach, describe, expect, it} from 'vitest'
import {formatReceiptHandle, parseReceiptHandle} from '../../../src/sandbox/sqs/receipt-handle.js'
import {EVERYTHING, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

const TOTAL = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]'
const GONE = 'Message does not exist or is not available for visibility timeout change.'
const EXPIRED = 'The receipt handle has expired.'

/** Sends and receives one message; returns its handle. */
async function held(queueUrl = url, input: Record<string, unknown> = {}): Promise<string> {
  await sqs.send(queueUrl, 'x', queueUrl.endsWith('.fifo') ? {MessageGroupId: 'g', MessageDeduplicationId: 'd'} : {})
  const [message] = await sqs.receive(queueUrl, input)
  return message?.ReceiptHandle ?? ''
}

describe('receipt handles', () => {
  it('come back as they were given', () => {
    const receipt = {queue: 7, message: 123_456, receive: 3}
    expect(parseReceiptHandle(formatReceiptHandle(receipt))).toEqual(receipt)
  })

  it('are garbage when anything in them was changed', () => {
    const handle = formatReceiptHandle({queue: 1, message: 2, receive: 3})
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='
    for (let index = 0; index < handle.length; index += 1) {
      for (const character of alphabet) {
        if (character === handle[index]) continue
        const changed = handle.slice(0, index) + character + handle.slice(index + 1)
        expect(parseReceiptHandle(changed), changed).toBeUndefined()
      }
    }
    for (const changed of [
      '',
      'AQEB',
      `${handle}=`,
      handle.slice(1),
      ` ${handle}`,
      handle.replaceAll('+', ' ').slice(0, -1),
    ]) {
      expect(parseReceiptHandle(changed)).toBeUndefined()
    }
  })

  it.each(['DeleteMessage', 'ChangeMessageVisibility'])(
    '%s refuses garbage and the handle of another queue',
    async action => {
      const foreign = await held(await sqs.create('other'))
      for (const ReceiptHandle of ['garbage', foreign]) {
        await expect(sqs.call(action, {QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0})).rejects.toMatchObject({
          code: 'ReceiptHandleIsInvalid',
          message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
          options: {queryCode: 'ReceiptHandleIsInvalid', status: 404},
        })
      }
      await expect(sqs.call(action, {QueueUrl: url, VisibilityTimeout: 0})).rejects.toMatchObject({
        code: 'MissingRequiredParameterException',
      })
    },
  )

  it('of a deleted queue do not fit the new one of its name', async () => {
    const handle = await held()
    await sqs.call('DeleteQueue', {QueueUrl: url})
    sqs.clock.advance(60_000)
    await sqs.create('orders')
    await expect(sqs.delete(url, handle)).rejects.toMatchObject({code: 'ReceiptHandleIsInvalid'})
  })
})

describe('DeleteMessage on a standard queue', () => {
  it('deletes, and again, and again', async () => {
    const handle = await held()
    for (let times = 0; times < 3; times += 1) await sqs.delete(url, handle)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    sqs.clock.advance(60_000)
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('deletes with an expired handle while nobody received the message again', async () => {
    const handle = await held(url, {VisibilityTimeout: 1})
    sqs.clock.advance(2000)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
    await sqs.delete(url, handle)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('with a superseded handle succeeds and deletes nothing', async () => {
    const old = await held(url, {VisibilityTimeout: 1})
    sqs.clock.advance(2000)
    const [again] = await sqs.receive(url)
    await sqs.delete(url, old)
    expect(await sqs.counts(url)).toEqual([0, 1, 0])
    await sqs.delete(url, again?.ReceiptHandle ?? '')
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })
})

describe('ChangeMessageVisibility on a standard queue', () => {
  it('extends again and again, counted from the call', async () => {
    const handle = await held(url, {VisibilityTimeout: 2})
    for (let times = 0; times < 4; times += 1) {
      sqs.clock.advance(1000)
      await sqs.hide(url, handle, 2)
      expect(await sqs.bodies(url)).toEqual([])
    }
    sqs.clock.advance(1999)
    expect(await sqs.bodies(url)).toEqual([])
    sqs.clock.advance(1)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('with 0 gives back at once, for this time only', async () => {
    await sqs.hide(url, await held(), 0)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
    expect(await sqs.bodies(url)).toEqual(['x'])
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('after the timeout answers success and changes nothing', async () => {
    const handle = await held(url, {VisibilityTimeout: 1})
    sqs.clock.advance(2000)
    await sqs.hide(url, handle, 600)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('works with a superseded handle', async () => {
    const old = await held(url, {VisibilityTimeout: 0})
    await sqs.receive(url, {VisibilityTimeout: 300})
    await sqs.hide(url, old, 0)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('refuses a deleted message', async () => {
    const handle = await held()
    await sqs.hide(url, handle, 42)
    await sqs.delete(url, handle)
    await expect(sqs.hide(url, handle, 42)).rejects.toMatchObject(invalid(handle, 'ReceiptHandle', GONE))
  })

  it.each([-1, 43_201])('refuses %i seconds', async seconds => {
    await expect(sqs.hide(url, await held(), seconds)).rejects.toMatchObject(
      invalid(seconds, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.'),
    )
  })

  it('needs a timeout', async () => {
    await expect(
      sqs.call('ChangeMessageVisibility', {QueueUrl: url, ReceiptHandle: await held()}),
    ).rejects.toMatchObject({
      message: 'The request must contain the parameter VisibilityTimeout.',
    })
  })

  it('hides for 12 hours in all since the receive', async () => {
    const handle = await held()
    await sqs.hide(url, handle, 43_200)
    sqs.clock.advance(10_000)
    await expect(sqs.hide(url, handle, 43_191)).rejects.toMatchObject(invalid(43_191, 'VisibilityTimeout', TOTAL))
    await sqs.hide(url, handle, 43_190)
    sqs.clock.advance(43_190_000)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('counts the 12 hours anew after another receive', async () => {
    await held(url, {VisibilityTimeout: 1})
    sqs.clock.advance(50_000_000)
    const [again] = await sqs.receive(url, EVERYTHING)
    await sqs.hide(url, again?.ReceiptHandle ?? '', 43_200)
  })
})

describe('on a FIFO queue', () => {
  let fifo: string
  beforeEach(async () => {
    fifo = await sqs.create('pay.fifo')
  })

  it('a handle lives as long as its timeout, extensions included', async () => {
    const handle = await held(fifo, {VisibilityTimeout: 1})
    await sqs.hide(fifo, handle, 5)
    sqs.clock.advance(4999)
    await sqs.hide(fifo, handle, 1)
    sqs.clock.advance(1000)
    await expect(sqs.delete(fifo, handle)).rejects.toMatchObject(invalid(handle, 'ReceiptHandle', EXPIRED))
    await expect(sqs.hide(fifo, handle, 5)).rejects.toMatchObject(invalid(handle, 'ReceiptHandle', EXPIRED))
    expect(await sqs.bodies(fifo)).toEqual(['x'])
  })

  it('a superseded handle is expired', async () => {
    const old = await held(fifo, {VisibilityTimeout: 1})
    sqs.clock.advance(1000)
    const [again] = await sqs.receive(fifo)
    await expect(sqs.delete(fifo, old)).rejects.toMatchObject(invalid(old, 'ReceiptHandle', EXPIRED))
    await expect(sqs.hide(fifo, old, 0)).rejects.toMatchObject(invalid(old, 'ReceiptHandle', EXPIRED))
    await sqs.delete(fifo, again?.ReceiptHandle ?? '')
    expect(await sqs.counts(fifo)).toEqual([0, 0, 0])
  })

  it('deleting twice succeeds', async () => {
    const handle = await held(fifo)
    await sqs.delete(fifo, handle)
    await sqs.delete(fifo, handle)
  })

  it('an expired entry of a batch fails by itself', async () => {
    const handle = await held(fifo, {VisibilityTimeout: 1})
    sqs.clock.advance(1000)
    const outcome = await sqs.batch('DeleteMessage', fifo, [{Id: 'a', ReceiptHandle: handle}])
    expect(outcome.Failed).toEqual([
      {
        Id: 'a',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      },
    ])
  })
})
