import type {Execution} from '../executor.js'
import type {LambdaFunction} from '../function.js'
import type {Condition} from './next-step.js'

/** "1 MB (asynchronous)" */
export const LARGEST_EVENT = 1_048_576

/** An asynchronous invocation that was accepted. */
export interface AsyncEvent {
  readonly requestId: string
  readonly fn: LambdaFunction
  /** JSON. */
  readonly payload: string
  readonly acceptedMs: number
  /** How many functions had run one because of the other before it. */
  readonly chain: number
  /** `http://127.0.0.1:PORT` as whoever set it off addressed the local AWS. */
  readonly origin: string
  attempts: number
  throttles: number
  /** The last run; undefined where the function never ran for it. */
  last: Execution | undefined
}

/** What became of an asynchronous invocation in the end. */
export interface EventRecord {
  readonly functionArn: string
  readonly requestId: string
  /** Virtual time, milliseconds since the epoch. */
  readonly at: number
  readonly condition: 'Success' | Condition
  readonly attempts: number
  /** Where its record, or the event itself, was sent; empty where nobody was to be told. */
  readonly sentTo: readonly string[]
}

const CAPACITY = 10_000

/** The latest events that came to their end, oldest first. Payloads are never kept. */
export class EventLog {
  #records: EventRecord[] = []

  add(record: EventRecord): void {
    this.#records.push(record)
    if (this.#records.length >= 2 * CAPACITY) this.#records = this.#records.slice(-CAPACITY)
  }

  list(): readonly EventRecord[] {
    return this.#records.slice(-CAPACITY)
  }

  clear(): void {
    this.#records = []
  }
}
