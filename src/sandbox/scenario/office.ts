import type {Dice} from './dice.js'
import {MINUTE_MS} from './past.js'
import {text, type Player, type QueueSpec} from './player.js'

const DELAY_SECONDS = 900

/** Queues in ordinary states: one busy, one whose messages are all delayed, one empty and without a DLQ. */
export const officeQueues: readonly QueueSpec[] = [
  {name: 'emails-dlq', attributes: {MessageRetentionPeriod: '1209600'}, tags: {team: 'crm', purpose: 'dead-letter'}},
  {
    name: 'emails',
    attributes: {VisibilityTimeout: '1800', ReceiveMessageWaitTimeSeconds: '20'},
    tags: {team: 'crm'},
    deadLetter: {queue: 'emails-dlq', maxReceiveCount: 5},
  },
  {name: 'invoices', attributes: {DelaySeconds: String(DELAY_SECONDS)}, tags: {team: 'billing'}},
  {name: 'audit', attributes: {MessageRetentionPeriod: '1209600'}, tags: {team: 'security'}},
]

/** The state right now: eighteen emails in flight and seven waiting, six invoices that become visible in the next quarter of an hour. */
export async function fillOffice(player: Player, dice: Dice, nowMs: number): Promise<void> {
  player.travelTo(nowMs - 2 * MINUTE_MS)
  for (let i = 0; i < 25; i++) {
    await player.send('emails', {
      MessageBody: JSON.stringify({
        template: dice.pick(['welcome', 'receipt', 'reset-password']),
        to: `user${dice.between(100, 999)}@shop.example`,
      }),
      MessageAttributes: {locale: text(dice.pick(['en', 'de', 'fr']))},
    })
  }
  await player.receive('emails', 10)
  await player.receive('emails', 8)
  for (let i = 0; i < 6; i++) {
    await player.send('invoices', {
      MessageBody: JSON.stringify({
        invoiceId: `inv-${dice.between(1000, 9999)}`,
        totalCents: dice.between(1000, 99_999),
        currency: 'EUR',
      }),
    })
  }
}
