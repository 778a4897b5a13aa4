import {UndecidedError} from '../errors.js'
import type {ArrayElement, ArrayMark, Places} from './array-element.js'
import type {FieldTest} from './field-tree.js'
import type {Findings} from './findings.js'

/** Steps without remembering what failed: most events need a few. */
const PLAIN_STEPS = 64
/** Only an event made to be hard, one that spells a path in many ways, comes near. */
const STEPS_LIMIT = 2_000_000

/**
 * Whether the tests of a conjunction can be met together: no two by values in different elements of one array.
 * Tests are taken in the order of their paths, and `exists: false` looks only at the elements chosen before it (event-ruler).
 */
export function combines(branch: readonly FieldTest[], findings: Findings): boolean {
  const search = new Combination(branch, findings)
  try {
    return search.solve(0)
  } finally {
    search.release()
  }
}

class Combination {
  private readonly chosen: ArrayElement[] = []
  private readonly failed = new Set<string>()
  private readonly noted: ArrayMark[] = []
  private steps = 0

  constructor(
    private readonly branch: readonly FieldTest[],
    private readonly findings: Findings,
  ) {}

  solve(index: number): boolean {
    const test = this.branch[index]
    if (test === undefined) return true
    this.steps += 1
    if (this.steps === PLAIN_STEPS) this.noteLastTests()
    if (this.steps > STEPS_LIMIT) throw new UndecidedError()
    const state = this.steps > PLAIN_STEPS ? this.stateAt(index) : undefined
    if (state !== undefined && this.failed.has(state)) return false
    if (this.solveHere(test, index)) return true
    if (state !== undefined) this.failed.add(state)
    return false
  }

  release(): void {
    this.undo(0)
    for (const array of this.noted) array.lastTest = -1
  }

  private solveHere(test: FieldTest, index: number): boolean {
    const {findings} = this
    if (test.absent && this.isAbsent(test) && this.solve(index + 1)) return true
    if (findings.isMet(test) && this.solve(index + 1)) return true
    const places = findings.placesMet(test)
    if (places === undefined) return false
    for (let at = places.nextConsistent(0); at >= 0; at = places.nextConsistent(at + 1)) {
      const before = this.chosen.length
      this.choose(places.elements[at])
      if (this.solve(index + 1)) return true
      this.undo(before)
    }
    return false
  }

  private isAbsent(test: FieldTest): boolean {
    if (this.findings.isSeen(test)) return false
    const seen = this.findings.placesSeen(test)
    return seen === undefined || seen.nextConsistent(0) < 0
  }

  private choose(element: ArrayElement | undefined): void {
    for (let at = element; at !== undefined && at.array.chosen === undefined; at = at.parent) {
      at.array.chosen = at
      this.chosen.push(at)
    }
  }

  private undo(length: number): void {
    while (this.chosen.length > length) {
      const element = this.chosen.pop()
      if (element !== undefined) element.array.chosen = undefined
    }
  }

  /** The test and the choices that it or a later one depends on. */
  private stateAt(index: number): string {
    let state = String(index)
    for (const element of this.chosen) {
      if (element.array.lastTest >= index) state += `,${element.first}`
    }
    return state
  }

  private noteLastTests(): void {
    for (const [index, test] of this.branch.entries()) {
      this.note(this.findings.placesMet(test), index)
      if (test.absent) this.note(this.findings.placesSeen(test), index)
    }
  }

  private note(places: Places | undefined, index: number): void {
    for (const element of places?.elements ?? []) {
      for (let at: ArrayElement | undefined = element; at !== undefined; at = at.parent) {
        if (at.array.lastTest === index) break
        if (at.array.lastTest < 0) this.noted.push(at.array)
        at.array.lastTest = index
      }
    }
  }
}
