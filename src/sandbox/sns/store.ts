import {randomBytes} from 'node:crypto'
import type {Subscription} from './subscription.js'
import type {Topic} from './topic.js'

/** The topics and subscriptions of one account in one region. A subscription lives with its topic, whoever subscribed. */
export class RegionTopics {
  readonly topics = new Map<string, Topic>()

  constructor(
    readonly account: string,
    readonly region: string,
  ) {}

  /** Topics in the order of their names. */
  sorted(): readonly Topic[] {
    return [...this.topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** All accounts and regions of the local SNS. */
export class Topics {
  readonly #regions = new Map<string, RegionTopics>()
  /** Which subscription a confirmation token is for, one that was ended by link included. */
  readonly #byToken = new Map<string, Subscription>()

  of(account: string, region: string): RegionTopics {
    const key = `${account}/${region}`
    let topics = this.#regions.get(key)
    if (topics === undefined) this.#regions.set(key, (topics = new RegionTopics(account, region)))
    return topics
  }

  all(): readonly RegionTopics[] {
    return [...this.#regions.values()]
  }

  find(account: string, region: string, name: string): Topic | undefined {
    return this.#regions.get(`${account}/${region}`)?.topics.get(name)
  }

  /** The subscriptions of an account in a region, its own topics' and those of others. */
  subscriptionsOf(account: string, region: string): readonly Subscription[] {
    return this.all()
      .filter(topics => topics.region === region)
      .flatMap(topics => topics.sorted())
      .flatMap(topic => [...topic.subscriptions.values()])
      .filter(({owner}) => owner === account)
  }

  /** A new token to confirm a subscription with, in the form of AWS's: many hexadecimal digits. */
  issueToken(subscription: Subscription): string {
    const token = randomBytes(128).toString('hex')
    this.#byToken.set(token, subscription)
    return token
  }

  byToken(token: string): Subscription | undefined {
    return this.#byToken.get(token)
  }

  clear(): void {
    this.#regions.clear()
    this.#byToken.clear()
  }
}
