import {seededRandom} from '../random.js'

/** How often a quirk bites: the next `times` occasions, and of those a seeded share `rate` (1 when absent). */
export interface Chance {
  readonly times?: number
  readonly rate?: number
  readonly seed?: number
}

/** Fails entries of a batch inside a 200, or single requests of the same kind, without applying them. */
export interface EntryFailure extends Chance {
  readonly action: 'SendMessage' | 'DeleteMessage' | 'ChangeMessageVisibility'
  /** A queue's name; every queue when absent. */
  readonly queue?: string
  readonly code: string
  readonly message: string
  readonly senderFault: boolean
}

/** Refuses an action as IAM would. */
export interface Denial {
  /** In AWS's spelling without `Batch`, e.g. `SendMessage`: batches need the permission of the single action. */
  readonly action: string
  readonly queue?: string
}

/** The switches as a caller sets them; all off by default. They hold for every account and region until `reset()`. */
export interface QuirkSettings {
  /** Short polls that answer empty although messages are there: SQS asks a subset of its hosts. */
  falseEmpty?: Chance
  /** The three ApproximateNumberOf* attributes answer as they stood up to so many milliseconds ago. */
  counterLagMs?: number
  /** Deletes on standard queues that answer success and bring the message back, visible, after `afterMs` (0 when absent). */
  resurrect?: Chance & {readonly afterMs?: number}
  failEntries?: readonly EntryFailure[]
  deny?: readonly Denial[]
  /** Names of queues whose KMS key the caller may not use. */
  kmsDenied?: readonly string[]
}

/**
 * What AWS is allowed to do and rarely does, for tests that must survive it. HTTP-level trouble (lost replies, throttling) belongs to
 * the faults of the server; these need to know about messages.
 */
export class Quirks {
  #settings: QuirkSettings = {}
  readonly #draws = new Map<Chance, {left: number; random: () => number}>()

  get settings(): Readonly<QuirkSettings> {
    return this.#settings
  }

  /** Replaces all switches; what is not named is off. */
  set(settings: QuirkSettings): void {
    this.#settings = settings
    this.#draws.clear()
  }

  reset(): void {
    this.set({})
  }

  falselyEmpty(): boolean {
    return this.#bites(this.#settings.falseEmpty)
  }

  /** Milliseconds after which a deleted message comes back, undefined for a delete that holds. */
  resurrectionAfterMs(): number | undefined {
    const {resurrect} = this.#settings
    return resurrect !== undefined && this.#bites(resurrect) ? (resurrect.afterMs ?? 0) : undefined
  }

  failureOf(action: EntryFailure['action'], queue: string): EntryFailure | undefined {
    return this.#settings.failEntries?.find(
      rule => rule.action === action && (rule.queue ?? queue) === queue && this.#bites(rule),
    )
  }

  denies(action: string, queue: string): boolean {
    return this.#settings.deny?.some(rule => rule.action === action && (rule.queue ?? queue) === queue) ?? false
  }

  deniesKey(queue: string): boolean {
    return this.#settings.kmsDenied?.includes(queue) ?? false
  }

  #bites(chance: Chance | undefined): boolean {
    if (chance === undefined) return false
    let draw = this.#draws.get(chance)
    if (draw === undefined) {
      draw = {left: chance.times ?? Infinity, random: seededRandom(chance.seed ?? 1)}
      this.#draws.set(chance, draw)
    }
    if (draw.left <= 0 || draw.random() >= (chance.rate ?? 1)) return false
    draw.left -= 1
    return true
  }
}
