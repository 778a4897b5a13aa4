import {seededRandom} from '../../../src/sandbox/random.js'
import {FAULTS, suits, type FaultKind} from '../tape.js'

export interface LuckOptions {
  readonly seed: number
  /** The share of the requests of an operation that are spoilt. */
  readonly rateOf: (operation: string) => number
  /** How often a kind comes beside those that weigh 1. */
  readonly weightOf: (kind: FaultKind) => number
}

/** Polls in a row without a send between them that show that a redrive is only waiting: more of them than it has workers. */
const WAITING_POLLS = 20
/** A queue is empty when it has been quiet for a minute; one spoilt poll, and that minute begins again. */
const WAITING_SHARE = 0.03

/** Spoils requests without end, until it is told to leave them alone, and remembers what it did to which. */
export class Luck {
  /** `<how many requests had come> <kind> <operation>`, in order. */
  readonly tape: string[] = []
  readonly #options: LuckOptions
  readonly #random: () => number
  #requests = 0
  #polls = 0
  #over = false

  constructor(options: LuckOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed)
  }

  /** What happens to the next request. */
  next(operation: string): FaultKind | undefined {
    this.#requests++
    if (operation === 'ReceiveMessage') this.#polls++
    if (operation === 'SendMessageBatch') this.#polls = 0
    const {rateOf, weightOf} = this.#options
    const share = this.#polls > WAITING_POLLS ? WAITING_SHARE : 1
    if (this.#over || this.#random() >= share * rateOf(operation)) return undefined
    const possible = FAULTS.filter(kind => suits(kind, operation)).map(kind => ({kind, weight: weightOf(kind)}))
    let left = this.#random() * possible.reduce((sum, {weight}) => sum + weight, 0)
    const drawn = possible.find(({weight}) => (left -= weight) < 0)
    if (drawn !== undefined) this.tape.push(`${this.#requests} ${drawn.kind} ${operation}`)
    return drawn?.kind
  }

  /** From here on nothing happens any more. */
  end(): void {
    this.#over = true
  }
}
