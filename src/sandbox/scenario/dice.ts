import {seededRandom} from '../random.js'

/** Deterministic choices, so that every start of the scenario tells the same story. */
export class Dice {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1))
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0]
  }

  hex(digits: number): string {
    return Array.from({length: digits}, () => this.between(0, 15).toString(16)).join('')
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`
  }

  bytes(length: number): Buffer {
    return Buffer.from(this.hex(length * 2), 'hex')
  }
}
