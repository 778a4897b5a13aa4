/** One request. Bodies are never kept. */
export interface RequestRecord {
  readonly service: string
  readonly action: string
  readonly account: string
  readonly region: string
  /** Virtual time, milliseconds since the epoch. */
  readonly at: number
  readonly requestId: string
  /** `pending` while it is worked on, then `ok`, the error code that was answered, or `fault:KIND` where a fault had a hand in it. */
  outcome: string
}

const CAPACITY = 10_000

/** The latest requests, oldest first; the oldest give way after ten thousand. */
export class RequestLog {
  #records: RequestRecord[] = []
  #oldest = 0
  #total = 0

  add(record: RequestRecord): RequestRecord {
    this.#total++
    if (this.#records.length < CAPACITY) this.#records.push(record)
    else {
      this.#records[this.#oldest] = record
      this.#oldest = (this.#oldest + 1) % CAPACITY
    }
    return record
  }

  /** Every request since the start or the last clear, including those no longer listed. */
  get total(): number {
    return this.#total
  }

  list(): readonly RequestRecord[] {
    return [...this.#records.slice(this.#oldest), ...this.#records.slice(0, this.#oldest)]
  }

  /** How many of the listed requests were for this action of this service. */
  count(service: string, action?: string): number {
    return this.#records.filter(r => r.service === service && (action === undefined || r.action === action)).length
  }

  clear(): void {
    this.#records = []
    this.#oldest = 0
    this.#total = 0
  }
}
