import {UndecidedError} from '../../../lib/filters/errors.js'
import type {Clock} from '../../clock.js'
import {effectivePolicy} from '../delivery-policy.js'
import type {Publication} from '../publication.js'
import {MANAGED_RETRIES, retryDelayMs, type RetryPolicy} from '../retry-policy.js'
import type {Subscription} from '../subscription.js'
import {attempt, toQueue, type FunctionHost, type Queues} from './attempt.js'
import type {DeliveryLog, DeliveryRecord} from './delivery-log.js'
import type {Failure, Outcome} from './outcome.js'

interface Job {
  readonly publication: Publication
  readonly subscription: Subscription
  attempts: number
  /** When the attempt under way was due, in virtual milliseconds: where the clock was moved past it, before now. */
  dueMs: number
}

/**
 * Carries a message to each subscription of its topic: past its filter, again where the other side failed (on the clock of the local
 * AWS), at last into its dead-letter queue. What goes to queues and functions is there when `fanOut` returns; HTTP takes its time.
 */
export class Deliverer {
  readonly #clock: Clock
  readonly #queues: Queues
  readonly #functions: FunctionHost
  readonly #log: DeliveryLog
  readonly #tell: (line: string) => void
  readonly #waiting = new Set<() => void>()
  #abort = new AbortController()

  constructor(options: {
    readonly clock: Clock
    readonly queues: Queues
    readonly functions: FunctionHost
    readonly log: DeliveryLog
    /** Where it is told what the local AWS cannot do as AWS does. */
    readonly tell: (line: string) => void
  }) {
    this.#clock = options.clock
    this.#queues = options.queues
    this.#functions = options.functions
    this.#log = options.log
    this.#tell = options.tell
  }

  fanOut(publication: Publication): void {
    publication.topic.counts.numberOfMessagesPublished += 1
    for (const subscription of publication.topic.subscriptions.values()) {
      if (!subscription.confirmed) continue
      this.#filter({publication, subscription, attempts: 0, dueMs: this.#clock.now()})
    }
  }

  #filter(job: Job): void {
    const {publication, subscription} = job
    const {counts} = publication.topic
    try {
      if (passes(publication, subscription)) this.#attempt(job)
      else {
        counts.numberOfNotificationsFilteredOut += 1
        this.#record(job, {atMs: job.dueMs, result: 'filteredOut'})
      }
    } catch (error) {
      if (!(error instanceof UndecidedError)) throw error
      // Neither answer of the filter is known to be AWS's: nothing is delivered, and nobody is left to believe it was filtered.
      counts.numberOfNotificationsFailed += 1
      this.#record(job, {atMs: job.dueMs, result: 'undecided', reason: error.message})
      this.#tell(`SNS message ${publication.messageId} is not delivered to ${subscription.arn}: ${error.message}`)
    }
  }

  /** Drops every retry that is waited for and every request under way. */
  clear(): void {
    for (const cancel of this.#waiting) cancel()
    this.#waiting.clear()
    this.#abort.abort()
    this.#abort = new AbortController()
  }

  #attempt(job: Job): void {
    job.attempts += 1
    const {signal} = this.#abort
    const outcome = attempt(job.publication, job.subscription, {
      queues: this.#queues,
      functions: this.#functions,
      signal,
    })
    if (!(outcome instanceof Promise)) this.#settle(job, outcome, this.#clock.now())
    else void this.#later(job, outcome, signal)
  }

  /** The other side answers in real time, and the clock may have been moved meanwhile: the answer came as long after the attempt as it took. */
  async #later(job: Job, outcome: Promise<Outcome>, signal: AbortSignal): Promise<void> {
    const begunMs = performance.now()
    const settled = await outcome
    const tookMs = Math.round(performance.now() - begunMs)
    if (!signal.aborted) this.#settle(job, settled, Math.min(this.#clock.now(), job.dueMs + tookMs))
  }

  #settle(job: Job, outcome: Outcome, atMs: number): void {
    const {counts} = job.publication.topic
    if (outcome.delivered) {
      counts.numberOfNotificationsDelivered += 1
      this.#record(job, {atMs, result: 'delivered'})
      return
    }
    const delayMs = outcome.retryable ? retryDelayMs(retriesOf(job), job.attempts - 1) : undefined
    if (delayMs === undefined) this.#giveUp(job, outcome, atMs)
    else {
      this.#record(job, {atMs, result: 'retrying', reason: outcome.reason})
      this.#attemptAt(job, atMs, delayMs)
    }
  }

  #attemptAt(job: Job, failedMs: number, delayMs: number): void {
    job.dueMs = failedMs + delayMs
    // What is due already is tried at once: the clock went past it while the other side was being asked.
    if (delayMs === 0 || job.dueMs <= this.#clock.now()) {
      this.#attempt(job)
      return
    }
    const cancel = this.#clock.at(job.dueMs, () => {
      this.#waiting.delete(cancel)
      // Nobody waits any more for what was unsubscribed meanwhile.
      if (job.publication.topic.subscriptions.has(job.subscription.id)) this.#attempt(job)
    })
    this.#waiting.add(cancel)
  }

  /** Whatever the reason, the dead-letter queue gets the message as the subscriber would have, without a word about the failure (recorded). */
  #giveUp(job: Job, failure: Failure, atMs: number): void {
    const {publication, subscription} = job
    const {counts} = publication.topic
    counts.numberOfNotificationsFailed += 1
    const {redrivePolicy} = subscription.settings
    const kept = redrivePolicy && toQueue(publication, subscription, redrivePolicy.deadLetterTargetArn, this.#queues)
    if (kept?.delivered) {
      counts.numberOfNotificationsRedrivenToDlq += 1
      this.#record(job, {atMs, result: 'deadLettered', reason: failure.reason})
      return
    }
    if (kept) counts.numberOfNotificationsFailedToRedriveToDlq += 1
    const reason = failure.reason + (kept ? `; dead-letter queue: ${kept.reason}` : '')
    this.#record(job, {atMs, result: 'lost', reason})
  }

  #record(
    {publication, subscription, attempts}: Job,
    {atMs, result, reason}: Pick<DeliveryRecord, 'result' | 'reason'> & {readonly atMs: number},
  ): void {
    this.#log.add({
      subscriptionArn: subscription.arn,
      messageId: publication.messageId,
      at: atMs,
      result,
      attempts,
      ...(reason !== undefined && {reason}),
    })
  }
}

function passes({attributes = {}, text}: Publication, {settings, protocol}: Subscription): boolean {
  const {filterPolicy} = settings
  if (filterPolicy === undefined) return true
  return filterPolicy.compiled.matches({
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, {DataType, StringValue}]) => [
        name,
        {dataType: DataType, ...(StringValue !== undefined && {stringValue: StringValue})},
      ]),
    ),
    body: text.for(protocol),
  })
}

function retriesOf({publication, subscription}: Job): RetryPolicy {
  const {protocol, settings} = subscription
  return protocol === 'http' || protocol === 'https'
    ? effectivePolicy(publication.topic.settings.deliveryPolicy, settings.deliveryPolicy).healthyRetryPolicy
    : MANAGED_RETRIES
}
