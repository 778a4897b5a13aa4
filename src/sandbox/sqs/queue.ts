import type {Clock} from '../clock.js'
import type {Backlog, Verdict} from './backlog.js'
import {Deduplication} from './deduplication.js'
import {FifoBacklog} from './fifo-backlog.js'
import {LongPolls} from './long-poll.js'
import type {Place, StoredMessage} from './message.js'
import {MinHeap} from './min-heap.js'
import type {QueueSettings} from './queue-settings.js'
import {StandardBacklog} from './standard-backlog.js'

/** "For most standard queues ... approximately 120,000 in flight messages"; today the same for FIFO, where no error tells of it. */
export const IN_FLIGHT_LIMIT = 120_000

export interface Counts {
  ready: number
  inFlight: number
  delayed: number
}

interface Hidden {
  readonly message: StoredMessage
  readonly turn: number
  readonly visibleAtMs: number
}

const STALE_SLACK = 1024
let lastUid = 0

/**
 * One queue: its messages and the passing of time over them. Every entry point first calls `settle`, which lets visibility timeouts,
 * delays and the retention period take effect, so nothing needs to run while nobody looks. No call scans the backlog.
 */
export class Queue {
  /** Receipt handles carry it: a handle of another queue, or of a deleted one of the same name, is not valid. */
  readonly uid = ++lastUid
  readonly arn: string
  readonly tags = new Map<string, string>()
  readonly deduplication = new Deduplication()
  readonly polls: LongPolls
  lastModifiedMs: number
  purgedAtMs = -Infinity
  readonly #messages = new Map<number, StoredMessage>()
  readonly #backlog: Backlog
  readonly #hidden = new MinHeap<Hidden>((a, b) => a.visibleAtMs < b.visibleAtMs)
  readonly #ages = new MinHeap<StoredMessage>((a, b) => a.retainedFromMs < b.retainedFromMs)
  #counts: Counts = {ready: 0, inFlight: 0, delayed: 0}
  #shownCounts: {readonly atMs: number; readonly counts: Counts} | undefined

  constructor(
    readonly account: string,
    readonly region: string,
    readonly name: string,
    public settings: QueueSettings,
    readonly createdMs: number,
    clock: Clock,
  ) {
    this.arn = `arn:aws:sqs:${region}:${account}:${name}`
    this.lastModifiedMs = createdMs
    this.#backlog = settings.fifoQueue ? new FifoBacklog() : new StandardBacklog()
    this.polls = new LongPolls(clock, () => this.#nextChangeAtMs())
  }

  get fifo(): boolean {
    return this.settings.fifoQueue
  }

  get counts(): Readonly<Counts> {
    return this.#counts
  }

  /** The counts as they stood at most `lagMs` ago: the attributes are "eventually consistent". */
  laggedCounts(nowMs: number, lagMs: number): Readonly<Counts> {
    if (this.#shownCounts === undefined || nowMs - this.#shownCounts.atMs >= lagMs) {
      this.#shownCounts = {atMs: nowMs, counts: {...this.#counts}}
    }
    return this.#shownCounts.counts
  }

  message(key: number): StoredMessage | undefined {
    return this.#messages.get(key)
  }

  /** Lets everything happen that was due by now. */
  settle(nowMs: number): void {
    const oldestKeptMs = nowMs - this.settings.messageRetentionPeriod * 1000
    for (;;) {
      const oldest = this.#ages.peek()
      if (oldest === undefined || (oldest.place !== 'gone' && oldest.retainedFromMs > oldestKeptMs)) break
      this.#ages.pop()
      if (oldest.place !== 'gone') this.remove(oldest)
    }
    for (;;) {
      const next = this.#nextHidden()
      if (next === undefined || next.visibleAtMs > nowMs) break
      this.#hidden.pop()
      this.#makeReady(next.message)
    }
  }

  /** Takes a message in; before `visibleAtMs` it is delayed. */
  add(message: StoredMessage, visibleAtMs: number, nowMs: number): void {
    this.#messages.set(message.key, message)
    this.#ages.push(message)
    if (this.#ages.size > this.#messages.size * 2 + STALE_SLACK) this.#ages.keep(({place}) => place !== 'gone')
    if (visibleAtMs > nowMs) this.#hide(message, 'delayed', visibleAtMs)
    else this.#place(message, 'ready')
    this.#backlog.enter(message)
    if (message.place === 'ready') this.#backlog.offer(message)
    this.polls.wakeSoon()
  }

  /**
   * Receives up to `limit` messages and hides them for `visibilityMs`. `intercept` sees each message first and may take it away
   * (dead-lettering).
   */
  receive(
    limit: number,
    visibilityMs: number,
    nowMs: number,
    intercept: (message: StoredMessage) => boolean,
  ): readonly StoredMessage[] {
    const room = Math.min(limit, IN_FLIGHT_LIMIT - this.#counts.inFlight)
    const received = this.#backlog.take(room, message => {
      if (intercept(message)) return 'removed'
      message.receiveCount += 1
      message.receivesHere += 1
      message.firstReceivedAtMs ??= nowMs
      message.lastReceivedAtMs = nowMs
      this.#hide(message, 'inFlight', nowMs + visibilityMs)
      return 'taken'
    })
    if (visibilityMs === 0) for (const message of received) this.#makeReady(message)
    return received
  }

  /** Hands receivable messages out for good, in delivery order, until `judge` stops; it removes what it takes. */
  drain(judge: (message: StoredMessage) => Verdict): void {
    this.#backlog.take(Infinity, judge)
  }

  /** Hides a message in flight until `nowMs + visibilityMs`; 0 gives it back at once. */
  changeVisibility(message: StoredMessage, visibilityMs: number, nowMs: number): void {
    if (visibilityMs === 0) this.#makeReady(message)
    else {
      this.#hide(message, 'inFlight', nowMs + visibilityMs)
      this.polls.wakeSoon()
    }
  }

  remove(message: StoredMessage): void {
    const wasInFlight = message.place === 'inFlight'
    this.#place(message, 'gone')
    this.#messages.delete(message.key)
    if (wasInFlight) this.#backlog.landed(message)
    this.#backlog.left(message)
    // On FIFO the removal of a head frees its group.
    if (this.fifo) this.polls.wakeSoon()
  }

  /** Removes everything, in flight and delayed included, and forgets deduplication ids (recorded on AWS). */
  purge(): void {
    for (const message of this.#messages.values()) message.place = 'gone'
    this.#messages.clear()
    this.#backlog.clear()
    this.#hidden.keep(() => false)
    this.#ages.keep(() => false)
    this.#counts = {ready: 0, inFlight: 0, delayed: 0}
    this.deduplication.clear()
  }

  /** "For FIFO queues, the per-queue delay setting is retroactive": messages still delayed follow a new DelaySeconds. */
  retimeDelayed(nowMs: number): void {
    for (const message of this.#messages.values()) {
      if (message.place !== 'delayed') continue
      const visibleAtMs = message.sentAtMs + this.settings.delaySeconds * 1000
      if (visibleAtMs > nowMs) this.#hide(message, 'delayed', visibleAtMs)
      else this.#makeReady(message)
    }
    this.polls.wakeSoon()
  }

  #makeReady(message: StoredMessage): void {
    const wasInFlight = message.place === 'inFlight'
    this.#place(message, 'ready')
    if (wasInFlight) this.#backlog.landed(message)
    this.#backlog.offer(message)
    this.polls.wakeSoon()
  }

  #hide(message: StoredMessage, place: 'inFlight' | 'delayed', visibleAtMs: number): void {
    this.#place(message, place)
    message.visibleAtMs = visibleAtMs
    this.#hidden.push({message, turn: message.turn, visibleAtMs})
    const live = this.#counts.inFlight + this.#counts.delayed
    if (this.#hidden.size > live * 2 + STALE_SLACK) this.#hidden.keep(({message, turn}) => message.turn === turn)
  }

  #place(message: StoredMessage, place: Place): void {
    if (message.place !== 'gone') this.#counts[message.place] -= 1
    if (place !== 'gone') this.#counts[place] += 1
    message.place = place
    message.turn += 1
  }

  #nextHidden(): Hidden | undefined {
    for (;;) {
      const next = this.#hidden.peek()
      if (next === undefined || next.message.turn === next.turn) return next
      this.#hidden.pop()
    }
  }

  #nextChangeAtMs(): number | undefined {
    return this.#nextHidden()?.visibleAtMs
  }
}
