import {AwsError} from '../../service.js'
import type {Clock} from '../../clock.js'
import type {Execution, Executor} from '../executor.js'
import type {LambdaFunction} from '../function.js'
import type {Functions} from '../store.js'
import {sendAs, type Outlets} from './courier.js'
import {EventLog, LARGEST_EVENT, type AsyncEvent, type EventRecord} from './event.js'
import {LONGEST_CHAIN} from './lineage.js'
import {afterFailure, afterThrottle, type Condition, type NextStep, type Standing} from './next-step.js'
import {deadLetterAttributes, invocationRecord} from './record.js'

/** What an asynchronous invocation is made of. */
export type Accepted = Pick<AsyncEvent, 'requestId' | 'payload' | 'chain' | 'origin'>

/**
 * The queue that Lambda keeps for each function: runs it for every event, again where it failed or found no room (on the clock of the
 * local AWS), and tells a destination or dead-letter queue in the end. Every accepted event comes to exactly one end.
 */
export class EventQueue {
  readonly events = new EventLog()
  readonly #clock: Clock
  readonly #executor: Executor
  readonly #functions: Functions
  readonly #outlets: () => Outlets
  readonly #tell: (line: string) => void
  readonly #waiting = new Set<() => void>()

  constructor(options: {
    readonly clock: Clock
    readonly executor: Executor
    readonly functions: Functions
    readonly outlets: () => Outlets
    /** Where bugs of the local AWS itself are told. */
    readonly tell: (line: string) => void
  }) {
    this.#clock = options.clock
    this.#executor = options.executor
    this.#functions = options.functions
    this.#outlets = options.outlets
    this.#tell = options.tell
  }

  /** Takes an event; the function runs a moment later. */
  accept(fn: LambdaFunction, accepted: Accepted): void {
    fn.counts.asyncEventsReceived += 1
    fn.eventsWaiting += 1
    const acceptedMs = this.#clock.now()
    this.#attemptAfter({...accepted, fn, acceptedMs, attempts: 0, throttles: 0, last: undefined}, 0)
  }

  /** Drops everything that waits. */
  clear(): void {
    for (const cancel of this.#waiting) cancel()
    this.#waiting.clear()
    this.events.clear()
  }

  #attemptAfter(event: AsyncEvent, delayMs: number): void {
    const cancel = this.#clock.at(this.#clock.now() + delayMs, () => {
      this.#waiting.delete(cancel)
      this.#attempt(event)
    })
    this.#waiting.add(cancel)
  }

  #attempt(event: AsyncEvent): void {
    const {fn, payload, requestId} = event
    // The queue of a function goes with it, and one made anew under its name has another.
    if (this.#functions.find(fn.address) !== fn) return
    if (event.chain >= LONGEST_CHAIN) this.#giveUp(event, 'RecursiveInvocation')
    else if (fn.reservedConcurrency === 0) {
      fn.counts.throttles += 1
      this.#giveUp(event, 'ZeroReservedConcurrency')
    } else if (fn.busy) {
      fn.counts.throttles += 1
      event.throttles += 1
      this.#take(event, afterThrottle(this.#standing(event)))
    } else {
      this.#executor.run(fn, {event: payload, requestId}, execution => execution && this.#ran(event, execution))
    }
  }

  #ran(event: AsyncEvent, execution: Execution): void {
    event.attempts += 1
    event.last = execution
    if (execution.errorMessage !== undefined) this.#take(event, afterFailure(this.#standing(event)))
    else this.#end(event, 'Success', event.fn.invokeConfig?.onSuccess)
  }

  #take(event: AsyncEvent, next: NextStep): void {
    if (next.step === 'retry') this.#attemptAfter(event, next.delayMs)
    else this.#giveUp(event, next.condition)
  }

  #giveUp(event: AsyncEvent, condition: Condition): void {
    event.fn.counts.asyncEventsDropped += 1
    this.#end(event, condition, event.fn.invokeConfig?.onFailure, event.fn.settings.DeadLetterConfig?.TargetArn)
  }

  #end(event: AsyncEvent, condition: EventRecord['condition'], destination?: string, deadLetters?: string): void {
    const {fn, requestId, attempts} = event
    const nowMs = this.#clock.now()
    fn.eventsWaiting -= 1
    const told: Promise<boolean>[] = []
    if (destination !== undefined)
      told.push(this.#record(event, destination, invocationRecord(event, condition, nowMs)))
    if (deadLetters !== undefined) {
      const message = {body: event.payload, attributes: deadLetterAttributes(event), nowMs}
      const sending = sendAs(event, deadLetters, message, this.#outlets)
      told.push(this.#taken(sending, () => (fn.counts.deadLetterErrors += 1)))
    }
    if (condition !== 'Success')
      void Promise.all(told).then(taken => {
        if (!taken.includes(true)) fn.counts.eventsLost += 1
      })
    const sentTo = [destination, deadLetters].filter(arn => arn !== undefined)
    this.events.add({functionArn: fn.arn, requestId, at: nowMs, condition, attempts, sentTo})
  }

  /** Whether the destination took the record. */
  async #record(event: AsyncEvent, destination: string, record: string): Promise<boolean> {
    const {fn} = event
    const failed = () => (fn.counts.destinationDeliveryFailures += 1)
    if (destination.split(':')[2] !== 'lambda') {
      return this.#taken(sendAs(event, destination, {body: record, nowMs: this.#clock.now()}, this.#outlets), failed)
    }
    const target = this.#functions.byArn(destination)
    const {requestId, chain, origin} = event
    const taken = target !== undefined && Buffer.byteLength(record) <= LARGEST_EVENT
    if (taken) this.accept(target, {requestId, payload: record, chain: chain + 1, origin})
    else failed()
    return Promise.resolve(taken)
  }

  /** What a queue or topic refuses is counted and lost, as on AWS; anything else is a bug of the local AWS, and told. */
  async #taken(sending: Promise<void>, failed: () => void): Promise<boolean> {
    try {
      await sending
      return true
    } catch (error) {
      failed()
      if (!(error instanceof AwsError))
        this.#tell(error instanceof Error ? (error.stack ?? error.message) : String(error))
      return false
    }
  }

  #standing({acceptedMs, attempts, throttles, fn}: AsyncEvent): Standing {
    return {ageMs: this.#clock.now() - acceptedMs, attempts, throttles, config: fn.invokeConfig}
  }
}
