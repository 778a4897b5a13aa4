import type {Service} from '../service.js'
import type {VirtualClock} from '../virtual-clock.js'
import {Dice} from './dice.js'
import {fanOut, fanOutQueues} from './fan-out.js'
import {makeFunctions} from './functions.js'
import {imageHistory, imageQueues} from './images.js'
import {fillOffice, officeQueues} from './office.js'
import {orderHistory, orderQueues} from './orders.js'
import {DAY_MS} from './past.js'
import {blockPayments, paymentHistory, paymentQueues} from './payments.js'
import {Player} from './player.js'
import {serviceTargetHistory, serviceTargetQueues} from './service-targets.js'

const SEED = 20_260_421
/** Dice of its own, so that what is told of the queues does not hang on it. */
const FAN_OUT_SEED = 20_260_422

/**
 * Fills an empty local AWS with a week of a shop's history: the clock is set back and producers and failing consumers are
 * played through the real engine up to the present, so that ages, receive counts and dead-lettering are SQS's own.
 */
export async function playScenario({
  sqs,
  sns,
  lambda,
  clock,
  origin,
}: {
  sqs: Service
  sns: Service
  lambda: Service
  clock: VirtualClock
  /** Where the local AWS listens. */
  origin: string
}): Promise<void> {
  const nowMs = Date.now()
  const dice = new Dice(SEED)
  const player = new Player({sqs, sns, lambda, clock, origin})
  clock.freeze(nowMs - 7 * DAY_MS)
  try {
    const queues = [
      ...orderQueues,
      ...paymentQueues,
      ...imageQueues,
      ...serviceTargetQueues,
      ...officeQueues,
      ...fanOutQueues,
    ]
    for (const queue of queues) await player.createQueue(queue)
    await makeFunctions(player)
    const visibility = new Map(queues.map(({name, attributes}) => [name, Number(attributes?.VisibilityTimeout ?? 30)]))
    const past = [...orderHistory(dice), ...paymentHistory(dice), ...imageHistory(dice), ...serviceTargetHistory(dice)]
    const sorted = past.sort((a, b) => b.ageMs - a.ageMs)
    for (const {queue, ageMs, letter, attempts} of sorted) {
      player.travelTo(nowMs - ageMs)
      await player.send(queue, letter(new Date(clock.now())))
      await player.failToProcess(queue, attempts, visibility.get(queue) ?? 30)
    }
    await blockPayments(player, dice, nowMs)
    await fillOffice(player, dice, nowMs)
    await fanOut(player, new Dice(FAN_OUT_SEED), nowMs)
    player.travelTo(nowMs)
  } finally {
    clock.reset()
  }
}
