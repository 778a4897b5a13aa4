import type {BuiltIn} from './built-in.js'
import {builtIn, count, wholeNumber} from './built-in.js'
import type {JsonNumber} from './decimal.js'
import type {Json} from './json.js'
import type {Steps} from './steps.js'
import {ExpressionError} from './steps.js'
import {lastOccurrence, occurrences} from './text-search.js'

const SPACE = /[\s\u0085]/u

/** The characters (code points) of a text. */
export function characters(text: string, steps: Steps): string[] {
  // A list of characters costs far more than the text it is of.
  steps.spend(1 + 2 * text.length)
  return Array.from(text)
}

/** How many characters (code points) a text has. */
export function lengthOf(text: string, steps: Steps): number {
  steps.spend(1 + text.length / 8)
  let pairs = 0
  for (let i = 0; i < text.length - 1; i++) if (isPairAt(text, i)) pairs++
  return text.length - pairs
}

function isPairAt(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff
}

/** JMESPath's functions on texts: https://jmespath.site/main/#functions */
export const TEXT_FUNCTIONS: Readonly<Record<string, BuiltIn>> = {
  ends_with: builtIn(['string', 'string'], (steps, text, end) => {
    steps.spendText(end.length)
    return text.endsWith(end)
  }),
  find_first: builtIn(['string', 'string', 'number?', 'number?'], (steps, text, search, from, to) => {
    const {within, start} = part(steps, text, [from, to], 'find_first')
    return search === '' ? null : characterAt(steps, within, occurrences(within, search, steps, 1)[0], start)
  }),
  find_last: builtIn(['string', 'string', 'number?', 'number?'], (steps, text, search, from, to) => {
    const {within, start} = part(steps, text, [from, to], 'find_last')
    return search === '' ? null : characterAt(steps, within, lastOccurrence(within, search, steps), start)
  }),
  join: builtIn(['string', 'strings'], (steps, glue, texts) => {
    steps.spendText(texts.reduce((length, text) => length + text.length + glue.length, 0))
    return texts.join(glue)
  }),
  lower: builtIn(['string'], (steps, text) => {
    steps.spendText(text.length)
    return text.toLowerCase()
  }),
  pad_left: builtIn(
    ['string', 'number', 'string?'],
    (steps, text, width, pad) => padding(steps, text, width, pad, 'pad_left') + text,
  ),
  pad_right: builtIn(
    ['string', 'number', 'string?'],
    (steps, text, width, pad) => text + padding(steps, text, width, pad, 'pad_right'),
  ),
  replace: builtIn(['string', 'string', 'string', 'number?'], replace),
  split: builtIn(['string', 'string', 'number?'], split),
  starts_with: builtIn(['string', 'string'], (steps, text, start) => {
    steps.spendText(start.length)
    return text.startsWith(start)
  }),
  trim: builtIn(['string', 'string?'], (steps, text, set) => trim(steps, text, set, {left: true, right: true})),
  trim_left: builtIn(['string', 'string?'], (steps, text, set) => trim(steps, text, set, {left: true})),
  trim_right: builtIn(['string', 'string?'], (steps, text, set) => trim(steps, text, set, {right: true})),
  upper: builtIn(['string'], (steps, text) => {
    steps.spendText(text.length)
    return text.toUpperCase()
  }),
}

/** The text between two indexes in characters: a start below 0 is 0, an end below 0 counts from the end. */
function part(
  steps: Steps,
  text: string,
  [from, to]: readonly [JsonNumber | undefined, JsonNumber | undefined],
  name: string,
): {within: string; start: number} {
  const start = Math.max(from === undefined ? 0 : wholeNumber(from, name), 0)
  const end = to === undefined ? undefined : wholeNumber(to, name)
  const hasPairs = lengthOf(text, steps) !== text.length
  return {within: hasPairs ? characters(text, steps).slice(start, end).join('') : text.slice(start, end), start}
}

/** The index in characters of what was found at `unit` of a part that starts at `start`. */
function characterAt(steps: Steps, within: string, unit: number | undefined, start: number): Json {
  return unit === undefined ? null : start + lengthOf(within.slice(0, unit), steps)
}

function padding(steps: Steps, text: string, width: JsonNumber, pad = ' ', name: string): string {
  if (lengthOf(pad, steps) !== 1) throw new ExpressionError(`${name}() pads with one character`)
  const missing = Math.max(count(width, name) - lengthOf(text, steps), 0)
  steps.spendText(text.length + missing * pad.length)
  return pad.repeat(missing)
}

function replace(steps: Steps, text: string, search: string, by: string, limit?: JsonNumber): string {
  if (search === '') throw new ExpressionError('replace() needs a text to look for')
  const places = occurrences(text, search, steps, limit === undefined ? Infinity : count(limit, 'replace'))
  steps.spendStoring(places.length)
  steps.spendText(text.length + places.length * (by.length - search.length))
  return cut(text, search, places).join(by)
}

function split(steps: Steps, text: string, search: string, limit?: JsonNumber): Json {
  const most = limit === undefined ? Infinity : count(limit, 'split')
  if (search === '') {
    const all = characters(text, steps)
    return all.length <= most ? all : [...all.slice(0, most), all.slice(most).join('')]
  }
  const places = occurrences(text, search, steps, most)
  steps.spendStoring(places.length)
  return cut(text, search, places)
}

function cut(text: string, search: string, places: readonly number[]): string[] {
  const starts = [0, ...places.map(place => place + search.length)]
  return starts.map((start, index) => text.slice(start, places[index]))
}

function trim(steps: Steps, text: string, set: string | undefined, sides: {left?: true; right?: true}): string {
  steps.spend(text.length / 2)
  const chosen = set === undefined || set === '' ? undefined : new Set(characters(set, steps))
  const goes = (character: string): boolean => (chosen === undefined ? SPACE.test(character) : chosen.has(character))
  let start = 0
  let end = text.length
  while (sides.left === true && start < end) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
    if (!goes(character)) break
    start += character.length
  }
  while (sides.right === true && end > start) {
    const character = text.slice(end - 1 > start && isPairAt(text, end - 2) ? end - 2 : end - 1, end)
    if (!goes(character)) break
    end -= character.length
  }
  return text.slice(start, end)
}
