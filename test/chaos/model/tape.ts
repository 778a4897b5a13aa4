import {seededRandom} from '../../../src/sandbox/random.js'

/**
 * Where every choice of a schedule comes from: numbers written down, or drawn from a seed up to a limit and written down as they are.
 * With the tape used up the world is sound, so that what went wrong must come to an end; a tape of zeros is a sound world too, which
 * is why a failing one can be made smaller by cutting and zeroing it.
 */
export class Tape {
  readonly written: number[] = []
  private readonly draw: () => number | undefined
  private done = false

  constructor(numbers: readonly number[] | {readonly seed: number; readonly limit: number} = []) {
    if ('seed' in numbers) {
      const random = seededRandom(numbers.seed)
      this.draw = () => (this.written.length < numbers.limit ? Math.floor(random() * 10_000) : undefined)
    } else this.draw = () => numbers[this.written.length]
  }

  get over(): boolean {
    return this.done
  }

  /** From now on everything goes well. */
  end(): void {
    this.done = true
  }

  /** One of so many choices; the first is the harmless one. */
  pick(choices: number): number {
    const number = this.done ? undefined : this.draw()
    if (number === undefined) {
      this.done = true
      return 0
    }
    this.written.push(number)
    return number % choices
  }

  chance(percent: number): boolean {
    return percent > 0 && 99 - this.pick(100) < percent
  }
}
