import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import {HARD_BODY, HARD_POLICY} from '../../lib/filters/hard-event.js'
import {localSns} from './local-sns.js'

const told: string[] = []
const {sandbox, sns, topic, queue, subscribe, bodies} = await localSns(line => told.push(line))

describe('a filter policy', () => {
  it('by attributes lets through what fits; a message without attributes never does', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    await subscribe(TopicArn, queueArn, {
      RawMessageDelivery: 'true',
      FilterPolicy: '{"store":["example_corp"],"price":[{"numeric":[">=",100]}]}',
    })
    const publish = (Message: string, store?: string, price?: string, type = 'Number') =>
      sns.publish({
        TopicArn,
        Message,
        MessageAttributes: {
          ...(store !== undefined && {store: {DataType: 'String', StringValue: store}}),
          ...(price !== undefined && {price: {DataType: type, StringValue: price}}),
        },
      })
    await publish('fits', 'example_corp', '100')
    await publish('other store', 'other_corp', '100')
    await publish('too cheap', 'example_corp', '99.9')
    await publish('price as text', 'example_corp', '100', 'String')
    await publish('no price', 'example_corp')
    await publish('nothing')
    expect(await bodies(queueArn)).toEqual(['fits'])
    expect(sandbox.sns.status()['000000000000/us-east-1']?.topics[0]).toMatchObject({
      numberOfMessagesPublished: 6,
      numberOfNotificationsDelivered: 1,
      numberOfNotificationsFilteredOut: 5,
      numberOfNotificationsFailed: 0,
    })
  })

  it('by body looks into the message of its own protocol, raw or not', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    await subscribe(TopicArn, queueArn, {
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: '{"order":{"total":[{"numeric":[">",10]}]}}',
      RawMessageDelivery: 'true',
    })
    const publish = (Message: string, MessageStructure?: string) => sns.publish({TopicArn, Message, MessageStructure})
    await publish('{"order":{"total":11}}')
    await publish('{"order":{"total":10}}')
    await publish('plain text')
    await publish(JSON.stringify({default: '{"order":{"total":11}}', sqs: '{"order":{"total":1}}'}), 'json')
    await publish(JSON.stringify({default: 'x', sqs: '{"order":{"total":12}}'}), 'json')
    expect(await bodies(queueArn)).toEqual(['{"order":{"total":11}}', '{"order":{"total":12}}'])
  })

  it('that cannot be decided delivers nothing and counts as failed, not as filtered', {timeout: 60_000}, async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    const scope = {FilterPolicyScope: 'MessageBody'}
    const SubscriptionArn = await subscribe(TopicArn, queueArn, {...scope, FilterPolicy: HARD_POLICY})
    const {MessageId} = await sns.publish({TopicArn, Message: HARD_BODY})
    expect(await bodies(queueArn)).toEqual([])
    expect(sandbox.sns.status()['000000000000/us-east-1']?.topics[0]).toMatchObject({
      numberOfNotificationsFilteredOut: 0,
      numberOfNotificationsFailed: 1,
    })
    expect(sandbox.sns.deliveries.list()).toMatchObject([
      {messageId: MessageId, subscriptionArn: SubscriptionArn, result: 'undecided', attempts: 0},
    ])
    expect(told).toEqual([
      expect.stringContaining(`SNS message ${MessageId} is not delivered to ${SubscriptionArn}: It cannot be told`),
    ])
  })

  it('over 256 KB is refused; AWS’s words for that are not known', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    const FilterPolicy = (bytes: number) => `{"a":["${'x'.repeat(bytes - 10)}"]}`
    const SubscriptionArn = await subscribe(TopicArn, queueArn, {FilterPolicy: FilterPolicy(262_144)})
    const refusal = expect.objectContaining({name: 'InvalidParameterException'}) as Error
    const set = sns.setSubscriptionAttributes({
      SubscriptionArn,
      AttributeName: 'FilterPolicy',
      AttributeValue: FilterPolicy(262_145),
    })
    await expect(set).rejects.toThrow(refusal)
    const other = await queue('other', TopicArn)
    await expect(subscribe(TopicArn, other, {FilterPolicy: FilterPolicy(262_145)})).rejects.toThrow(refusal)
  })

  it('takes effect at once when it is changed', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    const SubscriptionArn = await subscribe(TopicArn, queueArn, {RawMessageDelivery: 'true'})
    const set = (AttributeValue: string) =>
      sns.setSubscriptionAttributes({SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue})
    await set('{"a":["b"]}')
    await sns.publish({TopicArn, Message: 'kept back'})
    await set('')
    await sns.publish({TopicArn, Message: 'let through'})
    expect(await bodies(queueArn)).toEqual(['let through'])
  })

  it('lets through exactly what the engine says', async () => {
    const word = fc.constantFrom('a', 'b', 'ab', '')
    const alternative = fc.oneof(
      word,
      fc.constantFrom(1, 2.5, null, true),
      word.map(prefix => ({prefix})),
      fc.boolean().map(exists => ({exists})),
      fc.array(word, {minLength: 1, maxLength: 2}).map(words => ({'anything-but': words})),
    )
    const policy = fc.dictionary(fc.constantFrom('k1', 'k2'), fc.array(alternative, {minLength: 1, maxLength: 3}), {
      minKeys: 1,
    })
    const value = fc.oneof(
      fc.constantFrom('a', 'b', 'ab').map(StringValue => ({DataType: 'String', StringValue})),
      fc.constantFrom('1', '2.50').map(StringValue => ({DataType: 'Number', StringValue})),
      fc.constant({DataType: 'String.Array', StringValue: '["a",1,null]'}),
      fc.constant({DataType: 'Binary', BinaryValue: Buffer.from('a')}),
    )
    const attributes = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3'), value)
    await fc.assert(
      fc.asyncProperty(policy, fc.array(attributes, {maxLength: 4}), async (filter, messages) => {
        await sandbox.reset()
        const TopicArn = await topic('orders')
        const queueArn = await queue('q', TopicArn)
        const FilterPolicy = JSON.stringify(filter)
        await subscribe(TopicArn, queueArn, {RawMessageDelivery: 'true', FilterPolicy})
        for (const [i, MessageAttributes] of messages.entries()) {
          await sns.publish({TopicArn, Message: `${i}`, MessageAttributes})
        }
        const compiled = compileFilterPolicy(FilterPolicy, 'MessageAttributes')
        const expected = messages.flatMap((given, i) =>
          compiled.matches({
            body: `${i}`,
            attributes: Object.fromEntries(
              Object.entries(given).map(([name, {DataType, ...rest}]) => [
                name,
                {dataType: DataType, stringValue: 'StringValue' in rest ? rest.StringValue : undefined},
              ]),
            ),
          })
            ? [`${i}`]
            : [],
        )
        expect((await bodies(queueArn)).sort()).toEqual(expected)
      }),
      {numRuns: 60},
    )
  })
})
