import {seededRandom} from '../../src/sandbox/random.js'
import {FAULTS, suits, type FaultKind} from './tape.js'

/** Every fault of every operation once, shuffled by a seed, and dealt to the requests as they come. */
export class Deck {
  readonly #cards = new Map<string, FaultKind[]>()
  readonly #random: () => number
  readonly #rate: number

  constructor(operations: readonly string[], {seed, rate}: {readonly seed: number; readonly rate: number}) {
    this.#random = seededRandom(seed)
    this.#rate = rate
    for (const operation of operations) {
      this.#cards.set(operation, this.#shuffled(FAULTS.filter(kind => suits(kind, operation))))
    }
  }

  /** Pairs of fault and operation that are still to come. */
  get left(): number {
    return [...this.#cards.values()].reduce((sum, cards) => sum + cards.length, 0)
  }

  next(operation: string): FaultKind | undefined {
    return this.#random() < this.#rate ? this.#cards.get(operation)?.pop() : undefined
  }

  #shuffled(kinds: readonly FaultKind[]): FaultKind[] {
    const dealt = kinds.map(kind => ({kind, order: this.#random()}))
    return dealt.sort((a, b) => a.order - b.order).map(({kind}) => kind)
  }
}
