import type {Dice} from './dice.js'
import {DAY_MS, HOUR_MS, MINUTE_MS, type PastLetter} from './past.js'
import {number, queueArn, text, type Letter, type QueueSpec} from './player.js'

const ACCOUNT = '000000000000'
const RULE_ARN = `arn:aws:events:us-east-1:${ACCOUNT}:rule/shop/order-shipped-to-billing`
const TARGET_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:billing-sync`
const TOPIC_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:order-updates`

/** DLQs that no queue feeds: AWS services put there what they could not deliver. Only a custom destination can take it back. */
export const serviceTargetQueues: readonly QueueSpec[] = [
  {
    name: 'shop-events-dlq',
    attributes: {
      MessageRetentionPeriod: '1209600',
      Policy: sendPolicy('shop-events-dlq', 'events.amazonaws.com', RULE_ARN),
    },
    tags: {team: 'billing', purpose: 'dead-letter'},
  },
  {name: 'resize-dlq', attributes: {MessageRetentionPeriod: '1209600'}, tags: {team: 'media', purpose: 'dead-letter'}},
  {
    name: 'order-updates-dlq',
    attributes: {
      MessageRetentionPeriod: '1209600',
      Policy: sendPolicy('order-updates-dlq', 'sns.amazonaws.com', TOPIC_ARN),
    },
    tags: {team: 'checkout', purpose: 'dead-letter'},
  },
]

export function serviceTargetHistory(dice: Dice): PastLetter[] {
  const past = (
    queue: string,
    count: number,
    firstAgeMs: number,
    letter: (dice: Dice, sentAt: Date, index: number) => Letter,
  ) =>
    Array.from({length: count}, (_, i) => ({
      queue,
      ageMs: firstAgeMs - i * dice.between(20, 90) * MINUTE_MS,
      letter: (sentAt: Date) => letter(dice, sentAt, i),
      attempts: 0,
    }))
  return [
    ...past('shop-events-dlq', 5, 3 * DAY_MS, undeliveredEvent),
    ...past('resize-dlq', 6, DAY_MS, failedInvocation),
    ...past('order-updates-dlq', 4, 20 * HOUR_MS, undeliveredNotification),
  ]
}

/** What EventBridge puts into a target's DLQ. */
function undeliveredEvent(dice: Dice, sentAt: Date, index: number): Letter {
  const gone = index < 3
  return {
    MessageBody: JSON.stringify({
      version: '0',
      id: dice.uuid(),
      'detail-type': 'OrderShipped',
      source: 'shop.fulfilment',
      account: ACCOUNT,
      time: sentAt.toISOString().replace(/\.\d+Z$/, 'Z'),
      region: 'us-east-1',
      resources: [],
      detail: {
        orderId: `ord-${dice.between(10_000, 99_999)}`,
        carrier: dice.pick(['DHL', 'UPS', 'PostNord']),
        parcels: dice.between(1, 3),
      },
    }),
    MessageAttributes: {
      RULE_ARN: text(RULE_ARN),
      TARGET_ARN: text(TARGET_ARN),
      ERROR_CODE: text(gone ? 'RESOURCE_NOT_FOUND' : 'THROTTLING'),
      ERROR_MESSAGE: text(gone ? `Function not found: ${TARGET_ARN}` : 'Rate Exceeded.'),
      ...(gone ? {} : {EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'), RETRY_ATTEMPTS: number(185)}),
    },
  }
}

/** What Lambda puts into the DLQ of a function that was invoked asynchronously: the event as it was. */
function failedInvocation(dice: Dice, _sentAt: Date, index: number): Letter {
  return {
    MessageBody: JSON.stringify({
      bucket: 'sandbox-uploads',
      key: `photos/${dice.hex(8)}.jpg`,
      widths: [320, 640, 1280],
    }),
    MessageAttributes: {
      RequestID: text(dice.uuid()),
      ErrorCode: number(200),
      ErrorMessage: text(
        index % 2 === 0
          ? `${dice.uuid()} Task timed out after 3.00 seconds`
          : 'Input buffer contains unsupported image format',
      ),
    },
  }
}

/** What SNS puts into a subscription's DLQ: its envelope, without a word about the failure or the subscription (recorded on AWS). */
function undeliveredNotification(dice: Dice, sentAt: Date): Letter {
  return {
    MessageBody: JSON.stringify({
      Type: 'Notification',
      MessageId: dice.uuid(),
      TopicArn: TOPIC_ARN,
      Subject: 'Order update',
      Message: JSON.stringify({
        orderId: `ord-${dice.between(10_000, 99_999)}`,
        status: dice.pick(['packed', 'shipped', 'delivered']),
      }),
      Timestamp: sentAt.toISOString(),
      SignatureVersion: '1',
      Signature: dice.bytes(64).toString('base64'),
      MessageAttributes: {tenant: {Type: 'String', Value: dice.pick(['tenant-north', 'tenant-south'])}},
    }),
  }
}

function sendPolicy(queue: string, principal: string, sourceArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'undeliverable',
        Effect: 'Allow',
        Principal: {Service: principal},
        Action: 'sqs:SendMessage',
        Resource: queueArn(queue),
        Condition: {ArnEquals: {'aws:SourceArn': sourceArn}},
      },
    ],
  })
}
