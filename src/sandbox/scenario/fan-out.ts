import type {Dice} from './dice.js'
import {number, queueArn, text, topicArn, type AttributeValue, type Player, type QueueSpec} from './player.js'

const TOPIC = 'orders-topic'
/** Deleted long ago, its subscription never was. */
const RETIRED = 'loyalty-points'
const RETIRED_DLQ = 'loyalty-points-dlq'
const SECOND_MS = 1000

interface Subscriber {
  readonly queue: string
  readonly attributes: Readonly<Record<string, string>>
}

/** One topic, four ways to get its messages: by attributes, by body, raw, and all; the fifth subscriber is gone. */
const SUBSCRIBERS: readonly Subscriber[] = [
  {
    queue: 'shipping-eu',
    attributes: {FilterPolicy: JSON.stringify({eventType: ['order.placed'], region: [{prefix: 'eu-'}]})},
  },
  {
    queue: 'fraud-check',
    attributes: {
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: JSON.stringify({
        payment: {method: [{'anything-but': ['invoice']}]},
        totalCents: [{numeric: ['>=', 50_000]}],
      }),
    },
  },
  {queue: 'order-archive', attributes: {RawMessageDelivery: 'true'}},
  {queue: 'order-mails', attributes: {}},
  {queue: RETIRED, attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: queueArn(RETIRED_DLQ)})}},
]

export const fanOutQueues: readonly QueueSpec[] = [
  ...SUBSCRIBERS.map(({queue}) => queue).filter(queue => queue !== RETIRED),
  RETIRED_DLQ,
].map(name => ({
  name,
  attributes: {Policy: topicMaySend(name), MessageRetentionPeriod: name === RETIRED_DLQ ? '1209600' : '345600'},
  tags: {team: name === RETIRED_DLQ ? 'crm' : 'checkout'},
}))

/** Twelve orders of the last half minute, published to the topic. */
export async function fanOut(player: Player, dice: Dice, nowMs: number): Promise<void> {
  await player.createTopic(TOPIC, {DisplayName: 'Orders'}, {team: 'checkout'})
  for (const {queue, attributes} of SUBSCRIBERS) await player.subscribe(TOPIC, queue, attributes)
  for (let i = 0; i < 12; i++) {
    const sentMs = nowMs - (30 - 2 * i) * SECOND_MS
    player.travelTo(sentMs)
    const {Message, MessageAttributes} = event(dice, new Date(sentMs), i)
    await player.publish(TOPIC, {Subject: i % 4 === 3 ? 'Order cancelled' : 'Order placed', Message, MessageAttributes})
  }
}

/** Every fourth is a cancellation, every third from the United States, every second above 500 euros, every sixth to be invoiced. */
function event(
  dice: Dice,
  sentAt: Date,
  index: number,
): {Message: string; MessageAttributes: Readonly<Record<string, AttributeValue>>} {
  return {
    Message: JSON.stringify({
      orderId: `ord-${dice.between(10_000, 99_999)}`,
      placedAt: sentAt.toISOString(),
      totalCents: index % 2 === 0 ? dice.between(50_000, 99_999) : dice.between(900, 49_999),
      currency: 'EUR',
      payment: {method: index % 6 === 0 ? 'invoice' : dice.pick(['card', 'wallet'])},
    }),
    MessageAttributes: {
      eventType: text(index % 4 === 3 ? 'order.cancelled' : 'order.placed'),
      region: text(index % 3 === 2 ? 'us-east-1' : dice.pick(['eu-west-1', 'eu-central-1'])),
      schemaVersion: number(4),
    },
  }
}

function topicMaySend(queue: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: TOPIC,
        Effect: 'Allow',
        Principal: {Service: 'sns.amazonaws.com'},
        Action: 'sqs:SendMessage',
        Resource: queueArn(queue),
        Condition: {ArnEquals: {'aws:SourceArn': topicArn(TOPIC)}},
      },
    ],
  })
}
