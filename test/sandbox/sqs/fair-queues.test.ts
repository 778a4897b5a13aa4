import {beforeEach, describe, expect, it} from 'vitest'
import {EVERYTHING, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('tenants')
})

const send = (group: string | undefined, count: number) =>
  Promise.all(
    Array.from({length: count}, (_, index) =>
      sqs.send(url, `${group ?? 'none'}-${index}`, group === undefined ? {} : {MessageGroupId: group}),
    ),
  )
const tenants = async (count: number) =>
  (await sqs.bodies(url, {MaxNumberOfMessages: count})).map(body => body.split('-')[0])

describe('fair queues', () => {
  it('gives a quiet tenant’s messages before the backlog of a noisy one', async () => {
    await send('noisy', 100)
    await tenants(10)
    await send('quiet', 2)
    expect(await tenants(3)).toEqual(['quiet', 'quiet', 'noisy'])
  })

  it('takes turns within one receive', async () => {
    await send('a', 3)
    await send('b', 3)
    expect(await tenants(6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
  })

  it('keeps the order within a tenant', async () => {
    await send('a', 25)
    const seen = [...(await sqs.bodies(url)), ...(await sqs.bodies(url)), ...(await sqs.bodies(url))]
    expect(seen).toEqual(Array.from({length: 25}, (_, index) => `a-${index}`))
  })

  it('counts a tenant’s deleted, returned and expired messages no longer as in flight', async () => {
    await send('a', 8)
    const held = await sqs.receive(url, {MaxNumberOfMessages: 3, VisibilityTimeout: 10})
    await send('b', 4)
    expect(await tenants(2)).toEqual(['b', 'b'])
    await sqs.delete(url, held[0]?.ReceiptHandle ?? '')
    await sqs.hide(url, held[1]?.ReceiptHandle ?? '', 0)
    // a has one in flight, b two.
    expect(await tenants(1)).toEqual(['a'])
    sqs.clock.advance(10_000)
    // One of a's two came back: a one, b two.
    expect(await tenants(1)).toEqual(['a'])
  })

  it('takes messages without a group for tenants of their own', async () => {
    await send('a', 3)
    await send(undefined, 3)
    expect(await tenants(6)).toEqual(['a', 'none', 'none', 'none', 'a', 'a'])
  })

  it('is no FIFO: a group is not blocked by its messages in flight, and gives its id back', async () => {
    await send('a', 2)
    expect(await tenants(1)).toEqual(['a'])
    const [message] = await sqs.receive(url, EVERYTHING)
    expect(message?.Attributes?.MessageGroupId).toBe('a')
  })

  it('purging forgets the tenants', async () => {
    await send('a', 5)
    await tenants(3)
    await sqs.call('PurgeQueue', {QueueUrl: url})
    await send('a', 1)
    await send('b', 1)
    expect(await tenants(10)).toEqual(['a', 'b'])
  })
})
