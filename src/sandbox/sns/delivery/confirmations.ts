import {randomUUID} from 'node:crypto'
import {AwsError} from '../../service.js'
import type {Clock} from '../../clock.js'
import {confirmation, type Confirmation} from '../envelope.js'
import type {Topics} from '../store.js'
import type {Subscription} from '../subscription.js'
import {AGENT_HEADERS, SENDER, type Queues} from './attempt.js'
import {isLoopback, post} from './http-post.js'

/** Asks subscribers to confirm. Endpoints on this machine and queues get the request; mail, and URLs elsewhere, get nothing. */
export class Confirmations {
  readonly #clock: Clock
  readonly #queues: Queues
  readonly #topics: Topics
  #abort = new AbortController()

  constructor(options: {readonly clock: Clock; readonly queues: Queues; readonly topics: Topics}) {
    this.#clock = options.clock
    this.#queues = options.queues
    this.#topics = options.topics
  }

  /** `origin` is where the link to confirm with leads. Once only: a request that is not taken is lost. */
  ask(subscription: Subscription, type: Confirmation['type'], origin: string): void {
    const asked: Confirmation = {
      type,
      messageId: randomUUID(),
      token: this.#topics.issueToken(subscription),
      sentMs: this.#clock.now(),
      origin,
    }
    const body = confirmation(subscription, asked)
    const {protocol, endpoint} = subscription
    if (protocol === 'sqs') this.#toQueue(subscription, body)
    else if (protocol === 'http' || protocol === 'https') this.#toEndpoint(new URL(endpoint), subscription, asked, body)
  }

  clear(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
  }

  #toQueue({topic, endpoint}: Subscription, body: string): void {
    try {
      this.#queues.deliver({
        queueArn: endpoint,
        body,
        attributes: undefined,
        groupId: topic.fifo ? 'subscription-confirmation' : undefined,
        deduplicationId: topic.fifo ? randomUUID() : undefined,
        traceHeader: undefined,
        sender: {service: SENDER, sourceArn: topic.arn, sourceAccount: topic.account},
      })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
    }
  }

  #toEndpoint(url: URL, {topic, arn}: Subscription, {type, messageId}: Confirmation, body: string): void {
    if (!isLoopback(url)) return
    const headers = {
      ...AGENT_HEADERS,
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': type,
      'x-amz-sns-message-id': messageId,
      'x-amz-sns-topic-arn': topic.arn,
      ...(type === 'UnsubscribeConfirmation' && {'x-amz-sns-subscription-arn': arn}),
    }
    void post(url, headers, body, this.#abort.signal)
  }
}
