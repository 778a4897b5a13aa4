/** What became of one message for one subscription. */
export interface DeliveryRecord {
  readonly subscriptionArn: string
  readonly messageId: string
  /** Virtual time, milliseconds since the epoch. */
  readonly at: number
  readonly result: 'delivered' | 'filteredOut' | 'undecided' | 'retrying' | 'deadLettered' | 'lost'
  /** Attempts so far; 0 for what a filter kept back, and where it could not be decided. */
  readonly attempts: number
  /** Why it failed. */
  readonly reason?: string
}

const CAPACITY = 10_000

/** The latest deliveries, oldest first. Texts of messages are never kept. */
export class DeliveryLog {
  #records: DeliveryRecord[] = []

  add(record: DeliveryRecord): void {
    this.#records.push(record)
    if (this.#records.length >= 2 * CAPACITY) this.#records = this.#records.slice(-CAPACITY)
  }

  list(): readonly DeliveryRecord[] {
    return this.#records.slice(-CAPACITY)
  }

  clear(): void {
    this.#records = []
  }
}
