import type {SQS} from '@aws-sdk/client-sqs'

const BATCH = 10
const TICK_MS = 200
/** A consumer that finds nothing asks again by a long poll. */
const WAIT_SECONDS = 1

/** Numbered messages that go into one queue at a rate, and what of them comes out of another. */
export class Traffic {
  sent = 0
  arrived = 0
  duplicates = 0
  /** What came that was never sent. */
  foreign = 0
  #seen = new Uint8Array(65_536)
  #feeding = true
  #draining = true

  constructor(
    private readonly sqs: SQS,
    private readonly queues: {readonly from: string; readonly to: string},
    private readonly rate: number,
  ) {}

  /** Feeds the first queue until it is told to end; what a late tick owes, the next one sends. */
  async feed(): Promise<void> {
    const startedAt = performance.now()
    while (this.#feeding) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * this.rate)
      while (this.sent < due) await this.#send(Math.min(BATCH, due - this.sent))
      await new Promise(resolve => setTimeout(resolve, TICK_MS))
    }
  }

  endFeeding(): void {
    this.#feeding = false
  }

  /** Empties the second queue and keeps account, until it is told to end. */
  async drain(): Promise<void> {
    while (this.#draining) {
      const {Messages = []} = await this.sqs.receiveMessage({
        QueueUrl: this.queues.to,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
      })
      for (const {Body = ''} of Messages) this.#account(Number(Body))
      const Entries = Messages.map(({ReceiptHandle}, index) => ({Id: String(index), ReceiptHandle}))
      if (Entries.length > 0) await this.sqs.deleteMessageBatch({QueueUrl: this.queues.to, Entries})
    }
  }

  endDraining(): void {
    this.#draining = false
  }

  async #send(count: number): Promise<void> {
    const first = this.sent
    const Entries = Array.from({length: count}, (_, index) => ({Id: String(index), MessageBody: String(first + index)}))
    await this.sqs.sendMessageBatch({QueueUrl: this.queues.from, Entries})
    this.sent += count
  }

  #account(number: number): void {
    if (!Number.isSafeInteger(number) || number < 0) {
      this.foreign += 1
      return
    }
    if (number >= this.#seen.length) {
      const larger = new Uint8Array(Math.max(number + 1, this.#seen.length * 2))
      larger.set(this.#seen)
      this.#seen = larger
    }
    if (this.#seen[number] === 1) this.duplicates += 1
    else this.arrived += 1
    this.#seen[number] = 1
  }
}
