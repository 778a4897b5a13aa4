import type {Steps} from './steps.js'

/** Longer texts are looked for in linear time; the engine's own search would compare up to length x length characters. */
const MAX_NATIVE_SEARCH = 32

/**
 * Where `search`, which is not empty, occurs in `text` from left to right without overlap, in UTF-16 units: at most `limit` places.
 * A message may hold texts that are made to be slow to search; what is spent bounds the work for every text.
 */
export function occurrences(text: string, search: string, steps: Steps, limit = Infinity): number[] {
  const found: number[] = []
  if (limit <= 0) return found
  for (const place of places(text, search, steps, {overlapping: false})) {
    if (found.push(place) >= limit) break
  }
  return found
}

/** The last place where `search`, which is not empty, occurs in `text`, or undefined. */
export function lastOccurrence(text: string, search: string, steps: Steps): number | undefined {
  let last: number | undefined
  for (const place of places(text, search, steps, {overlapping: true})) last = place
  return last
}

function places(text: string, search: string, steps: Steps, how: {overlapping: boolean}): Iterable<number> {
  if (search.length > MAX_NATIVE_SEARCH) {
    steps.spend((text.length + search.length) / 4)
    return placesByBorders(text, search, how)
  }
  steps.spendText(text.length)
  steps.spend((text.length * search.length) / 128)
  return placesByEngine(text, search, how)
}

function* placesByEngine(text: string, search: string, {overlapping}: {overlapping: boolean}): Generator<number> {
  const advance = overlapping ? 1 : search.length
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + advance)) yield at
}

/** Knuth, Morris and Pratt: no character of the text is read twice. */
function* placesByBorders(text: string, search: string, {overlapping}: {overlapping: boolean}): Generator<number> {
  const borders = bordersOf(search)
  let matched = 0
  for (let i = 0; i < text.length; i++) {
    while (matched > 0 && text.charCodeAt(i) !== search.charCodeAt(matched)) matched = borders[matched - 1] ?? 0
    if (text.charCodeAt(i) === search.charCodeAt(matched)) matched++
    if (matched < search.length) continue
    yield i - matched + 1
    matched = overlapping ? (borders[matched - 1] ?? 0) : 0
  }
}

/** Of each prefix, how long the longest proper prefix is that is also its suffix. */
function bordersOf(search: string): Int32Array {
  const borders = new Int32Array(search.length)
  let matched = 0
  for (let i = 1; i < search.length; i++) {
    while (matched > 0 && search.charCodeAt(i) !== search.charCodeAt(matched)) matched = borders[matched - 1] ?? 0
    if (search.charCodeAt(i) === search.charCodeAt(matched)) matched++
    borders[i] = matched
  }
  return borders
}
