import type {Dice} from './dice.js'
import {DAY_MS, MINUTE_MS, type PastLetter} from './past.js'
import type {Letter, Player, QueueSpec} from './player.js'
import {number, text} from './player.js'

const VISIBILITY_SECONDS = 30
const MAX_RECEIVE_COUNT = 3
const QUEUE = 'payments.fifo'
const GROUPS = ['customer-1007', 'customer-2210', 'customer-3304'] as const

export const paymentQueues: readonly QueueSpec[] = [
  {
    name: 'payments-dlq.fifo',
    attributes: {FifoQueue: 'true', MessageRetentionPeriod: '1209600'},
    tags: {team: 'payments', purpose: 'dead-letter'},
  },
  {
    name: QUEUE,
    attributes: {FifoQueue: 'true', VisibilityTimeout: String(VISIBILITY_SECONDS)},
    tags: {team: 'payments'},
    deadLetter: {queue: 'payments-dlq.fifo', maxReceiveCount: MAX_RECEIVE_COUNT},
  },
]

/** Payments that failed for good: four of one customer in a row, fewer of the other two. */
export function paymentHistory(dice: Dice): PastLetter[] {
  const failed = [GROUPS[0], GROUPS[1], GROUPS[1], GROUPS[2], GROUPS[1], GROUPS[0], GROUPS[1]]
  return failed.map((group, i) => ({
    queue: QUEUE,
    ageMs: 2 * DAY_MS - i * 47 * MINUTE_MS,
    letter: (sentAt: Date) =>
      payment(dice, sentAt, group, `pay-failed-${i + 1}`, 'CardDeclined: issuer answered 51 (insufficient funds)'),
    attempts: MAX_RECEIVE_COUNT + 1,
  }))
}

/** The state right now: one customer's first payment is stuck in its third attempt and holds up the four behind it. */
export async function blockPayments(player: Player, dice: Dice, nowMs: number): Promise<void> {
  const send = (minutesAgo: number, group: string, id: string, error?: string) => {
    const sentAt = nowMs - minutesAgo * MINUTE_MS
    player.travelTo(sentAt)
    return player.send(QUEUE, payment(dice, new Date(sentAt), group, id, error))
  }
  await send(12, GROUPS[1], 'pay-2210-1', 'AmountMismatch: captured 4990, authorised 4900')
  await player.failToProcess(QUEUE, 2, VISIBILITY_SECONDS)
  await player.receive(QUEUE, 1, 3600)
  for (const i of [2, 3, 4, 5]) await send(11 - i, GROUPS[1], `pay-2210-${i}`)
  for (const i of [1, 2, 3]) await send(5 - i, GROUPS[0], `pay-1007-${i}`)
  for (const i of [1, 2]) await send(2 - i / 2, GROUPS[2], `pay-3304-${i}`)
}

function payment(dice: Dice, sentAt: Date, group: string, id: string, error?: string): Letter {
  return {
    MessageBody: JSON.stringify({
      paymentId: id,
      customerId: group,
      amountCents: dice.between(500, 90_000),
      currency: 'EUR',
      requestedAt: sentAt.toISOString(),
      ...(error === undefined ? {} : {error}),
    }),
    MessageAttributes: {kind: text('capture'), sequence: number(dice.between(1, 99))},
    MessageGroupId: group,
    MessageDeduplicationId: id,
  }
}
