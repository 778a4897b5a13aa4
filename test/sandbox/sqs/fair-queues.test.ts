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

  it('counts a tenant’s deleted messages no longer as in flight', async () => {
    await send('a', 4)
    const held = await sqs.receive(url, {MaxNumberOfMessages: 2})
    await send('b', 4)
    expect(await tenants(1)).toEqual(['b'])
    for (const {ReceiptHandle} of held) await sqs.delete(url, ReceiptHandle)
    expect(await tenants(1)).toEqual(['a'])
  })

  it('nor those that were given back or whose timeout ran out', async () => {
    await send('a', 8)
    const held = await sqs.receive(url, {MaxNumberOfMessages: 4, VisibilityTimeout: 10})
    await send('b', 8)
    expect(await tenants(3)).toEqual(['b', 'b', 'b'])
    for (const {ReceiptHandle} of held.slice(0, 2)) await sqs.hide(url, ReceiptHandle, 0)
    // Two of a are in flight, three of b.
    expect(await tenants(1)).toEqual(['a'])
    expect(await tenants(1)).toEqual(['a'])
    expect(await tenants(1)).toEqual(['b'])
    sqs.clock.advance(10_000)
    // Two of a, four of b.
    expect(await tenants(2)).toEqual(['a', 'a'])
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
