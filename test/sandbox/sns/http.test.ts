import http from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {isLoopback} from '../../../src/sandbox/sns/delivery/http-post.js'
import {claim, http1} from '../raw-http.js'
import {localSns, refused} from './local-sns.js'

const {sandbox, sns, topic, queue, drain, subscriptionAttributes} = await localSns()

interface Hit {
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** An endpoint on this machine that answers what it is told to, one status after the other, the last for good. */
let hits: Hit[] = []
let statuses: number[] = []
const waiting = new Set<() => void>()
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    hits.push({headers: request.headers, body: Buffer.concat(chunks).toString()})
    response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200, {connection: 'close'}).end()
    for (const look of waiting) look()
  })
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sns?from=test`
afterAll(() => server.close())
beforeEach(() => {
  hits = []
  statuses = [200]
})

const hit = (count: number) =>
  new Promise<Hit>(resolve => {
    const look = () => {
      const found = hits[count - 1]
      if (!found) return
      waiting.delete(look)
      resolve(found)
    }
    waiting.add(look)
    look()
  })
const turn = () => new Promise(resolve => setImmediate(resolve))
/** What the delivery log says last, once it says so many things. */
const logged = async (count: number) => {
  while (sandbox.sns.deliveries.list().length < count) await turn()
  return sandbox.sns.deliveries.list().at(-1)
}

interface Asked {
  readonly Type: string
  readonly Token: string
  readonly SubscribeURL: string
  readonly Message: string
}
const asked = async (count: number) => JSON.parse((await hit(count)).body) as Asked
const get = (url: string) => http1(sandbox.url, {method: 'GET', path: url.slice(sandbox.url.length)})

/** A topic with the endpoint subscribed and confirmed by its link. */
async function confirmed(attributes: Record<string, string> = {}, topicAttributes: Record<string, string> = {}) {
  const TopicArn = await topic('orders', topicAttributes)
  const {SubscriptionArn = ''} = await sns.subscribe({
    TopicArn,
    Protocol: 'http',
    Endpoint: endpoint,
    ReturnSubscriptionArn: true,
    Attributes: attributes,
  })
  await get((await asked(1)).SubscribeURL)
  hits = []
  return {TopicArn, SubscriptionArn}
}

describe('a subscription by HTTP', () => {
  it('is asked to confirm, and is by the link', async () => {
    const TopicArn = await topic('orders')
    const subscribing = {TopicArn, Protocol: 'http', Endpoint: endpoint, ReturnSubscriptionArn: true}
    const {SubscriptionArn = ''} = await sns.subscribe(subscribing)
    const {headers} = await hit(1)
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'accept-encoding': 'gzip,deflate',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
    })
    expect(headers).not.toHaveProperty('x-amz-sns-subscription-arn')
    const confirmation = await asked(1)
    expect(confirmation).toEqual({
      Type: 'SubscriptionConfirmation',
      MessageId: headers['x-amz-sns-message-id'],
      Token: expect.stringMatching(/^[0-9a-f]{256}$/) as string,
      TopicArn,
      Message: `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: `${sandbox.url}/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${confirmation.Token}`,
      Timestamp: '2026-04-21T12:00:00.007Z',
      SignatureVersion: '1',
      Signature: expect.any(String) as string,
      SigningCertURL: expect.any(String) as string,
    })
    await sns.publish({TopicArn, Message: 'too early'})
    for (let i = 0; i < 2; i++) {
      const {status, body} = await get(confirmation.SubscribeURL)
      expect(status).toBe(200)
      expect(body).toContain(
        `<ConfirmSubscriptionResult><SubscriptionArn>${SubscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult>`,
      )
    }
    expect(await subscriptionAttributes(SubscriptionArn)).toMatchObject({
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'false',
    })
    expect(hits).toHaveLength(1)
  })

  it('is asked anew when it is subscribed anew', async () => {
    const TopicArn = await topic('orders')
    const subscribing = {TopicArn, Protocol: 'http', Endpoint: endpoint}
    await sns.subscribe(subscribing)
    await sns.subscribe(subscribing)
    await hit(2)
    expect((await sns.listSubscriptions({})).Subscriptions).toHaveLength(1)
  })

  it('is confirmed by no other token, topic or region', async () => {
    const TopicArn = await topic('orders')
    await sns.subscribe({TopicArn, Protocol: 'http', Endpoint: endpoint})
    const {Token} = await asked(1)
    const link = (arn: string, token: string) =>
      get(`${sandbox.url}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${token}`)
    const refusal = (what: string) => `<Code>InvalidParameter</Code><Message>Invalid parameter: ${what}</Message>`
    expect((await link('not-an-arn', Token)).body).toContain(refusal('Topic'))
    expect((await link(TopicArn.replace('us-east-1', 'eu-central-1'), Token)).body).toContain(refusal('Topic'))
    expect((await link(TopicArn, 'abc123')).body).toContain(refusal('Token'))
    await expect(sns.confirmSubscription({TopicArn, Token: 'randomtoken'})).rejects.toMatchObject(
      refused('InvalidParameter', 'Invalid token'),
    )
    // Recorded: the name of the topic is not looked at.
    expect((await link(`${TopicArn}x`, Token)).status).toBe(200)
  })

  it('gets notifications with their headers', async () => {
    const {TopicArn, SubscriptionArn} = await confirmed()
    const {MessageId} = await sns.publish({TopicArn, Message: 'hello'})
    const {headers, body} = await hit(1)
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': TopicArn,
      'x-amz-sns-subscription-arn': SubscriptionArn,
    })
    expect(headers).not.toHaveProperty('x-amz-sns-rawdelivery')
    expect(JSON.parse(body)).toMatchObject({Type: 'Notification', Message: 'hello'})
    expect(await logged(1)).toMatchObject({result: 'delivered', attempts: 1})
  })

  it('raw gets the message alone, in the type of its policy', async () => {
    const {TopicArn} = await confirmed({
      RawMessageDelivery: 'true',
      DeliveryPolicy: '{"requestPolicy":{"headerContentType":"text/csv"}}',
    })
    await sns.publish({TopicArn, Message: 'a;b', MessageAttributes: {x: {DataType: 'String', StringValue: 'y'}}})
    const {headers, body} = await hit(1)
    expect(headers).toMatchObject({'content-type': 'text/csv', 'x-amz-sns-rawdelivery': 'true'})
    expect(body).toBe('a;b')
  })

  it('ends by its link, is told so, and can be restored', async () => {
    const {TopicArn, SubscriptionArn} = await confirmed()
    await sns.publish({TopicArn, Message: 'x'})
    const {UnsubscribeURL} = JSON.parse((await hit(1)).body) as {UnsubscribeURL: string}
    expect((await get(UnsubscribeURL)).body).toContain('<UnsubscribeResponse')
    const {Type, Message, SubscribeURL} = await asked(2)
    expect([Type, Message]).toEqual([
      'UnsubscribeConfirmation',
      `You have chosen to deactivate subscription ${SubscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    ])
    expect((await sns.listSubscriptions({})).Subscriptions).toEqual([])
    await get(SubscribeURL)
    expect((await sns.listSubscriptions({})).Subscriptions).toMatchObject([{SubscriptionArn}])
  })

  it('does not end by its link where that was asked for', async () => {
    const TopicArn = await topic('orders')
    await sns.subscribe({TopicArn, Protocol: 'http', Endpoint: endpoint})
    const {Token} = await asked(1)
    const {SubscriptionArn = ''} = await sns.confirmSubscription({TopicArn, Token, AuthenticateOnUnsubscribe: 'true'})
    const link = `${sandbox.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`
    expect(await get(link)).toMatchObject({status: 403})
    const signed = {method: 'GET', path: link.slice(sandbox.url.length), headers: {authorization: claim('sns')}}
    expect(await http1(sandbox.url, signed)).toMatchObject({status: 200})
    expect((await sns.listSubscriptions({})).Subscriptions).toEqual([])
  })
})

describe('an endpoint that fails', () => {
  const withDlq = async (topicAttributes: Record<string, string> = {}) => {
    const dlq = await queue('dlq', 'arn:aws:sns:us-east-1:000000000000:orders')
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: dlq})
    return {dlq, ...(await confirmed({RedrivePolicy}, topicAttributes))}
  }

  it('is tried three times more, twenty seconds apart, before the dead-letter queue', async () => {
    const {dlq, TopicArn} = await withDlq()
    statuses = [500, 503, 429, 502]
    await sns.publish({TopicArn, Message: 'x'})
    for (const attempts of [1, 2, 3]) {
      expect(await logged(attempts)).toMatchObject({result: 'retrying', attempts})
      sandbox.clock.advance(19_999)
      await turn()
      expect(hits).toHaveLength(attempts)
      sandbox.clock.advance(1)
    }
    expect(await logged(4)).toMatchObject({result: 'deadLettered', attempts: 4, reason: 'HTTP 502'})
    expect(await drain(dlq)).toHaveLength(1)
  })

  it('is tried as often as is due when the clock goes past it all at once, each time twenty seconds after the last', async () => {
    const {dlq, TopicArn} = await withDlq()
    statuses = [500]
    await sns.publish({TopicArn, Message: 'x'})
    await logged(1)
    sandbox.clock.advance(600_000)
    expect(await logged(4)).toMatchObject({result: 'deadLettered', attempts: 4})
    expect(await drain(dlq)).toHaveLength(1)
    const [first = 0, ...later] = sandbox.sns.deliveries.list().map(({at}) => at)
    for (const [index, at] of later.entries()) expect(at).toBeGreaterThanOrEqual(first + (index + 1) * 20_000)
    // The last is not at the end of the ten minutes.
    expect(later.at(-1)).toBeLessThan(first + 300_000)
  })

  it('is tried as the topic’s policy says', async () => {
    const {dlq, TopicArn} = await withDlq({
      DeliveryPolicy:
        '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":60,"numRetries":3,"numNoDelayRetries":1,"numMinDelayRetries":1,"numMaxDelayRetries":1}}}',
    })
    statuses = [500]
    await sns.publish({TopicArn, Message: 'x'})
    await logged(2)
    sandbox.clock.advance(1000)
    await logged(3)
    sandbox.clock.advance(60_000)
    expect(await logged(4)).toMatchObject({result: 'deadLettered', attempts: 4})
    expect(await drain(dlq)).toHaveLength(1)
  })

  it('that recovers gets the message', async () => {
    const {dlq, TopicArn} = await withDlq()
    statuses = [500, 200]
    await sns.publish({TopicArn, Message: 'x'})
    await logged(1)
    sandbox.clock.advance(20_000)
    expect(await logged(2)).toMatchObject({result: 'delivered', attempts: 2})
    expect(await drain(dlq)).toEqual([])
  })

  it.each([400, 403, 404, 301])('with %s is not tried again', async status => {
    const {dlq, TopicArn} = await withDlq()
    statuses = [status]
    await sns.publish({TopicArn, Message: 'x'})
    expect(await logged(1)).toMatchObject({result: 'deadLettered', attempts: 1, reason: `HTTP ${status}`})
    expect(await drain(dlq)).toHaveLength(1)
  })

  it('beyond this machine is asked for nothing, and told nothing', async () => {
    const TopicArn = await topic('orders')
    await sns.subscribe({TopicArn, Protocol: 'https', Endpoint: 'https://hooks.shop.example/'})
    await sns.publish({TopicArn, Message: 'x'})
    expect(sandbox.sns.deliveries.list()).toEqual([])
  })

  it.each([
    ['http://localhost:8080/', true],
    ['http://hooks.localhost/', true],
    ['https://127.0.0.1/', true],
    ['http://127.8.9.10:80/', true],
    ['http://[::1]:80/', true],
    ['http://127.0.0.1.example.com/', false],
    ['http://localhost.example.com/', false],
    ['http://10.0.0.1/', false],
    ['http://[::2]/', false],
    ['http://0.0.0.0/', false],
  ])('%s is on this machine: %s', (url, expected) => {
    expect(isLoopback(new URL(url))).toBe(expected)
  })
})
