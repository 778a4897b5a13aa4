import {fallbackOf} from '../values/fallback.js'
import {wildcardPieces} from '../values/wildcard.js'
import type {Alternative, FieldEntry} from './alternative.js'

/** Sets of places that are looked at before the search is given up; what was seen until then counts. */
const SETS_LIMIT = 20_000
const STAR = -1
const QUOTE = 0x22
const SHORT = 32

/** A place in one or several wildcards that begin alike. */
interface Place {
  readonly id: number
  readonly star: boolean
  readonly next: Map<number, Place>
  /** The wildcards that can still be met from here. */
  readonly wildcards: Set<number>
}

/**
 * How many wildcards, or parts of one, a value can be inside of at once, at most `limit`:
 * what AWS calls complexity (event-ruler: MachineComplexityEvaluator). The fields of each conjunction are given in the order of their paths.
 */
export function wildcardComplexity(branches: readonly (readonly FieldEntry[])[], limit: number): number {
  let most = 0
  for (const fields of fieldsTogether(branches)) {
    const first = placesOf(fields)
    if (first !== undefined) most = Math.max(most, mostAtOnce(first, limit))
    if (most >= limit) return limit
  }
  return most
}

/** Whether the complexity can be more than `limit` at all: tells most patterns apart without a search. */
export function mayExceed(branches: readonly (readonly FieldEntry[])[], limit: number): boolean {
  const fields = new Set(branches.flat())
  let most = 0
  for (const {alternatives} of fields) {
    for (const alternative of alternatives) {
      if (!hasWildcard(alternative)) continue
      for (const {value} of wildcardsOf(alternative)) most += atMost(value)
      if (most > limit) return true
    }
  }
  return false
}

/** Places of one wildcard at once: one in its head, each star, and behind each star the beginnings of a piece that are also its ends. */
function atMost(value: string): number {
  const [, ...pieces] = wildcardPieces(value)
  return pieces.reduce((sum, piece) => sum + 1 + (piece.length < SHORT ? mostOfOne(piece) : longestChain(piece)) + 1, 1)
}

/** Beginnings that are also ends of one beginning end with one character: there are no more of them than of it. */
function mostOfOne(piece: string): number {
  let most = 0
  for (let at = 0; at < piece.length; at += 1) {
    let same = 1
    for (let other = at + 1; other < piece.length; other += 1) {
      if (piece.charCodeAt(other) === piece.charCodeAt(at)) same += 1
    }
    most = Math.max(most, same)
  }
  return most
}

function longestChain(piece: string): number {
  const fallback = fallbackOf(piece)
  const chain = new Int32Array(piece.length)
  let longest = 0
  for (let at = 0; at < piece.length; at += 1) {
    const shorter = fallback[at] ?? 0
    chain[at] = 1 + (shorter === 0 ? 0 : (chain[shorter - 1] ?? 0))
    longest = Math.max(longest, chain[at] ?? 0)
  }
  return longest
}

function hasWildcard(alternative: Alternative): boolean {
  if (alternative.operator === 'wildcard') return true
  return alternative.operator === 'anything-but' && 'inner' in alternative && alternative.inner === 'wildcard'
}

/** Fields that event-ruler looks at together: those of one path behind the same fields. */
function fieldsTogether(branches: readonly (readonly FieldEntry[])[]): Iterable<Set<FieldEntry>> {
  const numbers = new Map<FieldEntry, number>()
  const together = new Map<string, Set<FieldEntry>>()
  for (const branch of branches) {
    let before = ''
    for (const field of branch) {
      const key = `${before}${field.path}`
      const known = together.get(key)
      if (known === undefined) together.set(key, new Set([field]))
      else known.add(field)
      const number = numbers.get(field) ?? numbers.size
      numbers.set(field, number)
      before += `${number},`
    }
  }
  return together.values()
}

/** The place after the opening quote, or undefined without wildcards. */
function placesOf(fields: ReadonlySet<FieldEntry>): Place | undefined {
  const start = newPlace(0, false)
  const seen = new Map<string, number>()
  let places = 1
  for (const {alternatives} of fields) {
    for (const alternative of alternatives) {
      for (const {identity, value} of wildcardsOf(alternative)) {
        const wildcard = seen.get(identity) ?? seen.size
        seen.set(identity, wildcard)
        let place = start
        for (const step of stepsOf(value)) {
          const next: Place = place.next.get(step) ?? newPlace(places, step === STAR)
          places += 1
          next.wildcards.add(wildcard)
          place.next.set(step, next)
          place = next
        }
      }
    }
  }
  return start.next.get(QUOTE)
}

function newPlace(id: number, star: boolean): Place {
  return {id, star, next: new Map<number, Place>(), wildcards: new Set<number>()}
}

/** The wildcards of an alternative: those of one `anything-but` count as one. */
function wildcardsOf(alternative: Alternative): {identity: string; value: string}[] {
  if (alternative.operator === 'wildcard')
    return [{identity: `wildcard ${alternative.value}`, value: alternative.value}]
  if (alternative.operator !== 'anything-but' || !('inner' in alternative) || alternative.inner !== 'wildcard')
    return []
  const identity = `anything-but ${JSON.stringify([...new Set(alternative.values)].sort())}`
  return alternative.values.map(value => ({identity, value}))
}

/** A wildcard as UTF-8 bytes between quotes, with STAR for each star. */
function stepsOf(value: string): number[] {
  const steps = [QUOTE]
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (character === '*') steps.push(STAR)
    else if (character === '\\') {
      at += 1
      steps.push(value.charCodeAt(at))
    } else {
      const point = value.codePointAt(at) ?? 0
      if (point > 0xffff) at += 1
      steps.push(...utf8Bytes(point))
    }
  }
  steps.push(QUOTE)
  return steps
}

function utf8Bytes(point: number): number[] {
  if (point < 0x80) return [point]
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 0x3f)]
  const last = [0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)]
  if (point < 0x1_0000) return [0xe0 | (point >> 12), ...last]
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), ...last]
}

/** Goes through the sets of places that one value can reach together. */
function mostAtOnce(first: Place, limit: number): number {
  const start = withStars([first])
  const waiting = [start]
  const seen = new Set([keyOf(start)])
  let most = sizeOf(start)
  for (let set = waiting.pop(); set !== undefined && seen.size < SETS_LIMIT; set = waiting.pop()) {
    for (const next of nextSets(set)) {
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      most = Math.max(most, sizeOf(next))
      if (most >= limit) return limit
      waiting.push(next)
    }
  }
  return most
}

function* nextSets(set: readonly Place[]): Generator<readonly Place[]> {
  const stars = set.filter(({star}) => star)
  const bytes = new Set(set.flatMap(({next}) => [...next.keys()].filter(step => step !== STAR)))
  if (stars.length > 0) yield withStars(stars)
  for (const byte of bytes) {
    const reached = set.flatMap(({next}) => next.get(byte) ?? [])
    yield withStars([...new Set([...stars, ...reached])])
  }
}

/** A star may stand for nothing: who is before it is in it as well. */
function withStars(set: readonly Place[]): readonly Place[] {
  const stars = set.flatMap(({next}) => next.get(STAR) ?? [])
  return [...new Set([...set, ...stars])].sort((one, other) => one.id - other.id)
}

function sizeOf(set: readonly Place[]): number {
  return set.reduce((sum, {wildcards}) => sum + wildcards.size, 0)
}

function keyOf(set: readonly Place[]): string {
  return set.map(({id}) => id).join(',')
}
