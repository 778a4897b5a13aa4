import {describe, expect, it} from 'vitest'
import {localLambda, NOON} from './local-lambda.js'

const {sandbox, lambda, create, call} = await localLambda()

const ORDER = {orderId: 'ord-1', items: [{sku: 'LMP-2041', quantity: 2}], payment: {method: 'card'}}
const WRONG = {
  ...ORDER,
  items: [
    {sku: 'LMP-2041', quantity: 1},
    {sku: 'RUG-3302', quantity: '3'},
  ],
}
const UNKNOWN = {...ORDER, orderId: 'ord-2', items: [{sku: 'VAS-9001', quantity: 1}]}
const OFFLINE = {...ORDER, payment: {method: 'bank-offline'}}

const fromSns = (order: unknown) => ({
  Records: [{EventSource: 'aws:sns', Sns: {MessageId: 'm', Message: JSON.stringify(order)}}],
})
const fromSqs = (...orders: unknown[]) => ({
  Records: orders.map((order, i) => ({eventSource: 'aws:sqs', messageId: `m${i}`, body: JSON.stringify(order)})),
})
/** Twenty milliseconds are what an order takes. */
async function book(event: unknown, timeMs = 20) {
  const answer = call('consumer', event)
  while (sandbox.lambda.status()['000000000000/us-east-1']?.functions[0]?.invocations !== 1) {
    await new Promise(setImmediate)
  }
  sandbox.clock.advance(timeMs)
  return answer
}

describe('order-consumer', () => {
  it.each([
    ['an order', ORDER],
    ['a notification', fromSns(ORDER)],
  ])('books %s', async (_, event) => {
    await create('consumer', 'order-consumer.handler')
    expect(await book(event)).toEqual({error: undefined, payload: {status: 'booked', orderId: 'ord-1'}})
  })

  it.each([
    ['an order', WRONG],
    ['a notification', fromSns(WRONG)],
    ['messages', fromSqs(ORDER, WRONG)],
  ])('throws at a quantity that is text: %s', async (_, event) => {
    await create('consumer', 'order-consumer.handler')
    expect(await book(event, 40)).toMatchObject({
      error: 'Unhandled',
      payload: {errorType: 'SchemaValidationError', errorMessage: '/items/1/quantity must be integer, got string'},
    })
  })

  it('throws at what is no JSON', async () => {
    await create('consumer', 'order-consumer.handler')
    const event = {Records: [{EventSource: 'aws:sns', Sns: {Message: 'ord-1;2'}}]}
    expect(await book(event)).toMatchObject({error: 'Unhandled', payload: {errorType: 'SyntaxError'}})
  })

  it('answers that it knows no such SKU, which Lambda takes for success', async () => {
    await create('consumer', 'order-consumer.handler')
    expect(await book(fromSns(UNKNOWN))).toEqual({
      error: undefined,
      payload: {
        status: 'rejected',
        orderId: 'ord-2',
        error: 'UnknownSkuError: SKU VAS-9001 is not in the catalogue',
      },
    })
  })

  it('hands such messages back to a queue one by one', async () => {
    await create('consumer', 'order-consumer.handler')
    expect(await book(fromSqs(ORDER, UNKNOWN, ORDER), 60)).toEqual({
      error: undefined,
      payload: {batchItemFailures: [{itemIdentifier: 'm1'}]},
    })
  })

  it('waits in vain for a bank that is offline', async () => {
    await create('consumer', 'order-consumer.handler')
    expect(await book(fromSns(OFFLINE), 3000)).toMatchObject({
      error: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/timed out after 3\.00 seconds$/) as string,
      },
    })
  })
})

it('is in the shop, where the topic may invoke it', async () => {
  await sandbox.reset({seed: true})
  sandbox.clock.freeze(NOON)
  const {Configuration, Tags} = await lambda.getFunction({FunctionName: 'order-consumer'})
  expect(Configuration).toMatchObject({Handler: 'order-consumer.handler', State: 'Active'})
  expect(Tags).toEqual({team: 'checkout'})
  const {Policy = ''} = await lambda.getPolicy({FunctionName: 'order-consumer'})
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [
      {
        Principal: {Service: 'sns.amazonaws.com'},
        Condition: {ArnLike: {'AWS:SourceArn': 'arn:aws:sns:us-east-1:000000000000:orders-topic'}},
      },
    ],
  })
})
