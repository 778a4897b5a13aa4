import fc from 'fast-check'
import type {CommandFacts} from './cases.js'
import {fuzzCases} from './cases.js'
import {complaints} from './check.js'
import type {FuzzCase, Outcome} from './fuzz-case.js'
import type {Ground, Program, Way} from './ground.js'
import {Ground as OpenGround} from './ground.js'

/** Cases are drawn so many at a time, each lot from a seed of its own. */
const LOT = 100

export interface Failure {
  readonly index: number
  readonly way: Way
  readonly what: readonly string[]
  readonly one: FuzzCase
  readonly outcome: Outcome
}

export interface FuzzFigures {
  readonly inputs: number
  /** Messages that were compared with what they were before. */
  readonly compared: number
  readonly families: ReadonlyMap<string, number>
  readonly ways: ReadonlyMap<Way, number>
  readonly codes: ReadonlyMap<number | undefined, number>
  readonly failures: readonly Failure[]
}

export interface CampaignOptions {
  readonly program: Program
  readonly commands: readonly CommandFacts[]
  readonly seed: number
  readonly inputs: number
  /** Grounds at once. */
  readonly grounds?: number
  /** Runs this case alone. */
  readonly only?: number
  readonly onFailure?: (failure: Failure) => void
}

/** Runs the cases of a seed; the same seed makes the same cases. */
export async function fuzz(options: CampaignOptions): Promise<FuzzFigures> {
  const {program, inputs, seed, only, grounds = 1} = options
  const waiting = lots(inputs).map((size, lot) => ({
    first: lot * LOT,
    cases: fc.sample(fuzzCases(options.commands), {seed: seed * 1_000_003 + lot, numRuns: size}),
  }))
  const tally = new Tally(options.onFailure)
  const work = async (): Promise<void> => {
    const ground = await OpenGround.open(program)
    try {
      for (let lot = waiting.shift(); lot !== undefined; lot = waiting.shift()) await runLot(ground, lot, {only, tally})
    } finally {
      await ground.close()
    }
  }
  await Promise.all(Array.from({length: grounds}, work))
  return tally
}

async function runLot(
  ground: Ground,
  {first, cases}: {readonly first: number; readonly cases: readonly FuzzCase[]},
  {only, tally}: {readonly only: number | undefined; readonly tally: Tally},
): Promise<void> {
  for (const [place, one] of cases.entries()) {
    const index = first + place
    if (only !== undefined && index !== only) continue
    const way = wayOf(index, one)
    const {outcome, inexact} = await ground.run(one, index, way)
    const what = [...complaints(one, outcome), ...(inexact ?? [])]
    if (inexact !== undefined) tally.compared += 1
    tally.count(index, way, one, {outcome, what})
  }
  await ground.reset()
}

/** Most in a process that runs many; of each hundred four on a terminal of their own, and six as children on pipes. */
function wayOf(index: number, {args}: FuzzCase): Way {
  const at = index % 25
  // A command that reads from a terminal waits for somebody.
  if (at === 7) return args.some(arg => arg.endsWith('-')) ? 'pipe' : 'pty'
  if (at === 17 || index % 50 === 3) return 'pipe'
  return at % 4 === 1 ? 'host terminal' : 'host'
}

function lots(inputs: number): number[] {
  return Array.from({length: Math.ceil(inputs / LOT)}, (_, lot) => Math.min(LOT, inputs - lot * LOT))
}

class Tally implements FuzzFigures {
  inputs = 0
  compared = 0
  readonly families = new Map<string, number>()
  readonly ways = new Map<Way, number>()
  readonly codes = new Map<number | undefined, number>()
  readonly failures: Failure[] = []

  constructor(private readonly onFailure: ((failure: Failure) => void) | undefined) {}

  count(
    index: number,
    way: Way,
    one: FuzzCase,
    {outcome, what}: {readonly outcome: Outcome; readonly what: readonly string[]},
  ): void {
    this.inputs += 1
    const family = one.family.replace(/^flags of .*/, 'flags')
    this.families.set(family, (this.families.get(family) ?? 0) + 1)
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1)
    this.codes.set(outcome.code, (this.codes.get(outcome.code) ?? 0) + 1)
    if (what.length === 0) return
    const failure = {index, way, what, one, outcome}
    this.failures.push(failure)
    this.onFailure?.(failure)
  }
}
