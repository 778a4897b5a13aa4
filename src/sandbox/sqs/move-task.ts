import {randomUUID} from 'node:crypto'
import {redrive} from './dead-letter.js'
import type {StoredMessage} from './message.js'
import type {Queue} from './queue.js'
import type {World} from './store.js'

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'

/** AWS "will optimize the rate" when none is given and names no figure; ours is the largest rate one may ask for. */
export const DEFAULT_MESSAGES_PER_SECOND = 500
const STEP_MS = 50
/** "At most 36 h" (developer guide). */
const LONGEST_RUN_MS = 36 * 3_600_000

/**
 * A StartMessageMoveTask at work, in steps of 50 ms of virtual time. It takes what is receivable, oldest first, and completes when
 * nothing is: messages in flight or delayed in the source stay there, so COMPLETED does not mean an empty queue.
 */
export class MoveTask {
  readonly taskId = randomUUID()
  readonly startedMs: number
  readonly messagesToMove: number
  status: MoveTaskStatus = 'RUNNING'
  moved = 0
  failureReason: string | undefined
  #cancelTimer: () => void

  constructor(
    private readonly world: World,
    readonly source: Queue,
    readonly destinationArn: string | undefined,
    readonly maxNumberOfMessagesPerSecond: number | undefined,
  ) {
    this.startedMs = world.clock.now()
    this.messagesToMove = source.counts.ready
    this.#cancelTimer = this.#schedule()
  }

  /** "Only one active message movement task is supported per queue"; one that is being cancelled still counts. */
  get active(): boolean {
    return this.status === 'RUNNING' || this.status === 'CANCELLING'
  }

  get taskHandle(): string {
    return Buffer.from(JSON.stringify({taskId: this.taskId, sourceArn: this.source.arn})).toString('base64')
  }

  /** The step that is under way still moves its messages (recorded: a cancel answered 2, the task ended with 8). */
  cancel(): void {
    this.status = 'CANCELLING'
  }

  /** Stops without a trace, for a reset of the local AWS. */
  abandon(): void {
    this.#cancelTimer()
  }

  #schedule(): () => void {
    return this.world.clock.at(this.world.clock.now() + STEP_MS, () => this.#step())
  }

  #step(): void {
    const nowMs = this.world.clock.now()
    if (this.world.queueByArn(this.source.arn) !== this.source) {
      this.#fail('AWS.SimpleQueueService.NonExistentQueue')
      return
    }
    this.source.settle(nowMs)
    const rate = this.maxNumberOfMessagesPerSecond ?? DEFAULT_MESSAGES_PER_SECOND
    let quota = Math.floor(((nowMs - this.startedMs) * rate) / 1000) - this.moved
    const cancelling = this.status === 'CANCELLING'
    this.source.drain(message => {
      if (quota <= 0) return 'stop'
      const failure = this.#moveOne(message, nowMs)
      if (failure !== undefined) {
        this.#fail(failure)
        return 'stop'
      }
      quota -= 1
      return 'removed'
    })
    if (this.status === 'FAILED') return
    if (cancelling) this.status = 'CANCELLED'
    else if (this.source.counts.ready === 0 || quota > 0) this.status = 'COMPLETED'
    else if (nowMs - this.startedMs >= LONGEST_RUN_MS) this.#fail('TaskTimedOut')
    else this.#cancelTimer = this.#schedule()
  }

  /** Moves one message to the destination of the task or back to its own source; returns AWS's FailureReason when it cannot. */
  #moveOne(message: StoredMessage, nowMs: number): string | undefined {
    const destinationArn = this.destinationArn ?? message.deadLetterQueueSourceArn
    if (destinationArn === undefined) return 'CouldNotDetermineMessageSource'
    const destination = this.world.queueByArn(destinationArn)
    if (destination === undefined) return 'AWS.SimpleQueueService.NonExistentQueue'
    // What AWS does with a message that its destination would refuse is not known; stopping keeps it.
    if (destination.fifo !== this.source.fifo || message.content.size > destination.settings.maximumMessageSize) {
      return 'InvalidParameterValue'
    }
    redrive(this.source, destination, message, nowMs)
    this.moved += 1
    return undefined
  }

  #fail(reason: string): void {
    this.status = 'FAILED'
    this.failureReason = reason
  }
}
