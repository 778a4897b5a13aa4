import {randomUUID} from 'node:crypto'
import type {Protocol} from './endpoint.js'
import type {SubscriptionSettings} from './subscription-settings.js'
import type {Topic} from './topic.js'

/** "Amazon SNS deletes unconfirmed subscriptions after 48 hours" (developer guide). */
const PENDING_MS = 48 * 3_600_000

/** One subscription of one topic. */
export class Subscription {
  readonly id = randomUUID()
  readonly arn: string
  settings: SubscriptionSettings
  confirmed: boolean
  /** Confirmed by a signed call, so that a bare link cannot end it. */
  confirmationWasAuthenticated: boolean
  readonly #createdMs: number

  constructor(
    readonly topic: Topic,
    /** The subscriber's account, which may be another than the topic's. */
    readonly owner: string,
    readonly principalArn: string,
    readonly protocol: Protocol,
    readonly endpoint: string,
    options: {readonly settings: SubscriptionSettings; readonly confirmed: boolean; readonly createdMs: number},
  ) {
    this.arn = `${topic.arn}:${this.id}`
    this.settings = options.settings
    this.confirmed = options.confirmed
    this.confirmationWasAuthenticated = options.confirmed
    this.#createdMs = options.createdMs
  }

  /** Whether nobody confirmed it in time. */
  lapsed(nowMs: number): boolean {
    return !this.confirmed && nowMs - this.#createdMs >= PENDING_MS
  }
}
