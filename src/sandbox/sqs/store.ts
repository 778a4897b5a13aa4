import type {Clock} from '../clock.js'
import type {MoveTask} from './move-task.js'
import type {Queue} from './queue.js'

/** The queues and move tasks of one account in one region. */
export class RegionStore {
  readonly queues = new Map<string, Queue>()
  /** When queues were deleted, by name: a name rests for 60 seconds. */
  readonly deletedAtMs = new Map<string, number>()
  /** Oldest first. */
  moveTasks: MoveTask[] = []

  constructor(
    readonly account: string,
    readonly region: string,
  ) {}

  /** Queues in the order of their names. */
  sorted(): readonly Queue[] {
    return [...this.queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The queues that name this one as their dead-letter queue, by name. */
  sourcesOf(deadLetterQueue: Queue): readonly Queue[] {
    return this.sorted().filter(queue => queue.settings.redrivePolicy?.deadLetterTargetArn === deadLetterQueue.arn)
  }
}

/** All accounts and regions of the local AWS. */
export class World {
  readonly #stores = new Map<string, RegionStore>()

  constructor(readonly clock: Clock) {}

  store(account: string, region: string): RegionStore {
    const key = `${account}/${region}`
    let store = this.#stores.get(key)
    if (store === undefined) {
      store = new RegionStore(account, region)
      this.#stores.set(key, store)
    }
    return store
  }

  stores(): readonly RegionStore[] {
    return [...this.#stores.values()]
  }

  /** The queue of an ARN in any account and region. */
  queueByArn(arn: string): Queue | undefined {
    const [, , service, region, account, name, ...rest] = arn.split(':')
    if (service !== 'sqs' || region === undefined || account === undefined || name === undefined || rest.length > 0) {
      return undefined
    }
    return this.#stores.get(`${account}/${region}`)?.queues.get(name)
  }

  clear(): void {
    for (const store of this.#stores.values()) {
      for (const queue of store.queues.values()) queue.polls.abandon()
      for (const task of store.moveTasks) task.abandon()
    }
    this.#stores.clear()
  }
}
