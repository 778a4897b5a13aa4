import {gzipSync} from 'node:zlib'
import type {Dice} from './dice.js'
import {DAY_MS, HOUR_MS, MINUTE_MS, type PastLetter} from './past.js'
import {binary, number, text, type AttributeValue, type Letter, type QueueSpec} from './player.js'

const VISIBILITY_SECONDS = 5
const MAX_RECEIVE_COUNT = 3

export const orderQueues: readonly QueueSpec[] = [
  {
    name: 'orders-dlq',
    attributes: {MessageRetentionPeriod: '1209600'},
    tags: {team: 'checkout', purpose: 'dead-letter'},
  },
  {
    name: 'orders',
    attributes: {VisibilityTimeout: String(VISIBILITY_SECONDS), ReceiveMessageWaitTimeSeconds: '0'},
    tags: {team: 'checkout'},
    deadLetter: {queue: 'orders-dlq', maxReceiveCount: MAX_RECEIVE_COUNT},
  },
]

const CUSTOMERS = ['Ines Calder', 'Tomas Okafor', 'Mei Lindqvist', 'Ravi Montgomery', 'Anouk Ferreira'] as const
const SKUS = ['LMP-2041', 'CHR-0077', 'TBL-1180', 'RUG-3302', 'SHF-0915'] as const
const TENANTS = ['tenant-north', 'tenant-south', 'tenant-west'] as const

interface Order {
  readonly orderId: string
  readonly [member: string]: unknown
}

type Kind = (dice: Dice, sentAt: Date, index: number) => Letter

/** What went wrong with orders in the last days: the kind and how many of it. 40 in all. */
const FAILURES: readonly (readonly [Kind, number])[] = [
  [schemaError, 9],
  [downstreamTimeout, 11],
  [unknownSku, 8],
  [duplicate, 5],
  [claimCheck, 3],
  [notJson, 4],
]

/** The orders that ended in orders-dlq, spread over the last six days, and the ones now waiting in orders. */
export function orderHistory(dice: Dice): PastLetter[] {
  const failures = FAILURES.flatMap(([kind, count], position) =>
    Array.from({length: count}, (_, i) => ({
      queue: 'orders',
      // Each kind has its own stretch of days, as incidents do; the oldest began six days ago.
      ageMs: Math.round((6 - position * 0.9) * DAY_MS - i * dice.between(9, 21) * MINUTE_MS - dice.between(0, 59_999)),
      letter: (sentAt: Date) => kind(dice, sentAt, i),
      attempts: MAX_RECEIVE_COUNT + 1,
    })),
  )
  const waiting = Array.from({length: 12}, (_, i) => ({
    queue: 'orders',
    ageMs: 20 * MINUTE_MS - i * dice.between(60_000, 90_000),
    letter: (sentAt: Date) => letterOf(dice, sentAt, {...order(dice, sentAt), status: 'placed'}),
    attempts: 0,
  }))
  return [...failures, ...waiting]
}

function order(dice: Dice, sentAt: Date): Order {
  return {
    orderId: `ord-${dice.between(10_000, 99_999)}`,
    placedAt: sentAt.toISOString(),
    customer: {id: `cus-${dice.hex(6)}`, name: dice.pick(CUSTOMERS)},
    items: Array.from({length: dice.between(1, 3)}, () => ({
      sku: dice.pick(SKUS),
      quantity: dice.between(1, 4),
      unitPriceCents: dice.between(899, 24_999),
    })),
    currency: dice.pick(['EUR', 'GBP', 'USD']),
  }
}

function letterOf(
  dice: Dice,
  sentAt: Date,
  body: object | string,
  attributes: Record<string, AttributeValue> = {},
): Letter {
  return {
    MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
    MessageAttributes: {
      eventType: text('order.placed'),
      schemaVersion: number(dice.pick([3, 4])),
      correlationId: text(dice.uuid(), 'String.uuid'),
      ...attributes,
    },
    MessageSystemAttributes: {AWSTraceHeader: text(traceHeader(dice, sentAt))},
    MessageGroupId: dice.pick(TENANTS),
  }
}

function traceHeader(dice: Dice, sentAt: Date): string {
  const seconds = Math.floor(sentAt.getTime() / 1000).toString(16)
  return `Root=1-${seconds}-${dice.hex(24)};Parent=${dice.hex(16)};Sampled=${dice.between(0, 1)}`
}

function schemaError(dice: Dice, sentAt: Date): Letter {
  const wrong = dice.between(0, 2)
  const items = [0, 1, 2].map(position => {
    const quantity = dice.between(1, 4)
    return {sku: dice.pick(SKUS), quantity: position === wrong ? String(quantity) : quantity}
  })
  return letterOf(
    dice,
    sentAt,
    {...order(dice, sentAt), items},
    {
      errorType: text('SchemaValidationError'),
      errorMessage: text(`/items/${wrong}/quantity must be integer, got string`),
      validatedAgainst: text('order-v4.schema.json'),
    },
  )
}

function downstreamTimeout(dice: Dice, sentAt: Date): Letter {
  const request = dice.uuid()
  return letterOf(
    dice,
    sentAt,
    {
      ...order(dice, sentAt),
      lastError: {
        name: 'TimeoutError',
        message: `payment-gateway did not answer within 3000 ms (request ${request})`,
        host: `10.0.${dice.between(1, 9)}.${dice.between(2, 250)}:8443`,
        retryable: true,
      },
    },
    {
      retryCount: number(dice.between(1, 5), 'Number.int'),
      elapsedMs: number(`300${dice.between(0, 9)}.${dice.between(10, 99)}`),
    },
  )
}

function unknownSku(dice: Dice, sentAt: Date): Letter {
  const sku = `${dice.pick(['LMP', 'RUG', 'VAS'])}-${dice.between(9000, 9999)}`
  return letterOf(dice, sentAt, {
    ...order(dice, sentAt),
    items: [{sku, quantity: dice.between(1, 2), unitPriceCents: dice.between(899, 9999)}],
    error: `UnknownSkuError: SKU ${sku} is not in the catalogue of ${sentAt.toISOString().slice(0, 10)}`,
  })
}

function duplicate(dice: Dice, sentAt: Date): Letter {
  const placed = order(dice, sentAt)
  return letterOf(dice, sentAt, placed, {
    errorType: text('DuplicateOrderError'),
    errorMessage: text(
      `duplicate key value violates unique constraint "orders_pkey": Key (order_id)=(${placed.orderId}) already exists.`,
    ),
    firstSeenAt: text(new Date(sentAt.getTime() - dice.between(1, 9) * HOUR_MS).toISOString(), 'String.timestamp'),
  })
}

function claimCheck(dice: Dice, sentAt: Date): Letter {
  const key = `large-orders/${sentAt.toISOString().slice(0, 10)}/${dice.uuid()}`
  const pointer = [
    'software.amazon.payloadoffloading.PayloadS3Pointer',
    {s3BucketName: 'sandbox-large-orders', s3Key: key},
  ]
  return letterOf(dice, sentAt, JSON.stringify(pointer), {
    ExtendedPayloadSize: number(dice.between(1_048_577, 9_437_184)),
    errorType: text('NoSuchKey'),
    errorMessage: text(`The specified key does not exist: s3://sandbox-large-orders/${key}`),
  })
}

function notJson(dice: Dice, sentAt: Date, index: number): Letter {
  const placed = order(dice, sentAt)
  const whole = JSON.stringify(placed)
  const bodies = [
    `${placed.orderId};${sentAt.toISOString()};LMP-2041;2;EUR\r\n`,
    whole.slice(0, whole.length - 17),
    gzipSync(whole).toString('base64'),
    `<?xml version="1.0"?><order id="${placed.orderId}"><sku>CHR-0077</sku><quantity>1</quantity></order>`,
  ]
  const body = bodies[index % bodies.length] ?? whole
  return letterOf(dice, sentAt, body, {
    errorType: text('SyntaxError'),
    errorMessage: text('Unexpected token at position 0: the body is not JSON'),
    payload: binary(dice.bytes(24)),
    archive: binary(gzipSync(whole), 'Binary.gzip'),
    weightGrams: number('1.250E+3', 'Number.float'),
    note: text('résumé ✓ 注文', 'String.utf8'),
    legacy: text('true', 'String.boolean'),
  })
}
