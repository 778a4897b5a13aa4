import type {Accounts} from '../accounts.js'
import type {Clock} from '../clock.js'
import type {Service, ServiceRequest} from '../service.js'
import {confirmSubscription} from './actions/confirm.js'
import type {Action, Output} from './actions/context.js'
import {addPermissionAction, removePermissionAction} from './actions/permissions.js'
import {publish, publishBatch} from './actions/publish.js'
import {
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './actions/subscriptions.js'
import {listTagsForResource, tagResource, untagResource} from './actions/tags.js'
import {createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes} from './actions/topics.js'
import type {FunctionHost, Queues} from './delivery/attempt.js'
import {Confirmations} from './delivery/confirmations.js'
import {Deliverer} from './delivery/deliverer.js'
import {DeliveryLog} from './delivery/delivery-log.js'
import {unknownAction} from './errors.js'
import {Topics} from './store.js'
import type {TopicCounts} from './topic.js'

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    AddPermission: addPermissionAction,
    ConfirmSubscription: confirmSubscription,
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    GetSubscriptionAttributes: getSubscriptionAttributes,
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptions: listSubscriptions,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTagsForResource: listTagsForResource,
    ListTopics: listTopics,
    Publish: publish,
    PublishBatch: publishBatch,
    RemovePermission: removePermissionAction,
    SetSubscriptionAttributes: setSubscriptionAttributes,
    SetTopicAttributes: setTopicAttributes,
    Subscribe: subscribe,
    TagResource: tagResource,
    Unsubscribe: unsubscribe,
    UntagResource: untagResource,
  }),
)

/** What `sandbox status` shows of one topic. */
export interface TopicStatus extends TopicCounts {
  readonly name: string
  readonly subscriptionsConfirmed: number
  readonly subscriptionsPending: number
}

export interface SnsStatus {
  readonly topics: readonly TopicStatus[]
}

/** SNS in memory, on the clock that it is given, with its deliveries to the queues and functions of the local AWS. */
export class SnsService implements Service {
  readonly name = 'sns'
  /** What became of each message for each subscription. */
  readonly deliveries = new DeliveryLog()
  readonly #clock: Clock
  readonly #accounts: Accounts
  readonly #topics = new Topics()
  readonly #deliverer: Deliverer
  readonly #confirmations: Confirmations

  constructor({
    clock,
    accounts,
    queues,
    functions,
    log = () => undefined,
  }: {
    readonly clock: Clock
    readonly accounts: Accounts
    readonly queues: Queues
    readonly functions: FunctionHost
    /** Where it is told what the local AWS cannot do as AWS does. */
    readonly log?: (line: string) => void
  }) {
    this.#clock = clock
    this.#accounts = accounts
    this.#deliverer = new Deliverer({clock, queues, functions, log: this.deliveries, tell: log})
    this.#confirmations = new Confirmations({clock, queues, topics: this.#topics})
  }

  async handle(request: ServiceRequest): Promise<Output> {
    const action = ACTIONS.get(request.action)
    if (action === undefined) throw unknownAction(request.action)
    return Promise.resolve(
      action({
        request,
        input: request.input,
        topics: this.#topics,
        deliverer: this.#deliverer,
        confirmations: this.#confirmations,
        userArn: this.#accounts.principalOf(request.accessKeyId).arn,
        nowMs: this.#clock.now(),
      }),
    )
  }

  status(): Readonly<Record<string, SnsStatus>> {
    const status: Record<string, SnsStatus> = {}
    for (const store of this.#topics.all()) {
      if (store.topics.size === 0) continue
      const topics = store.sorted().map(({name, subscriptions, counts}) => {
        const confirmed = [...subscriptions.values()].filter(subscription => subscription.confirmed).length
        return {
          name,
          subscriptionsConfirmed: confirmed,
          subscriptionsPending: subscriptions.size - confirmed,
          ...counts,
        }
      })
      status[`${store.account}/${store.region}`] = {topics}
    }
    return status
  }

  /** Forgets everything: topics, subscriptions, tokens, and deliveries that are still tried. */
  reset(): void {
    this.#deliverer.clear()
    this.#confirmations.clear()
    this.#topics.clear()
    this.deliveries.clear()
  }
}
