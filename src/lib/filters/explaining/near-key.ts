import type {NearMiss, NearMissKind} from '../explanation.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative} from '../pattern/alternative.js'
import {takes} from './leaf.js'
import type {Leaf} from './leaf.js'
import {jsonLeaves} from './place.js'
import type {Place} from './place.js'

/** Where the value of a key may stand instead of where it is looked for. */
export interface Surroundings {
  /** What the pattern looks into. */
  readonly here: Place
  /** What a filter policy of the other scope would look into. */
  readonly elsewhere?: {
    readonly scope: 'MessageAttributes' | 'MessageBody'
    readonly place: Place
    /** Whether the whole policy would match there: a scope is that of all keys. Undefined where that cannot be told. */
    readonly matches: () => boolean | undefined
  }
}

/** Something like the key that is there; `would` only where the alternatives would be met by it if one thing were changed. */
interface Candidate {
  readonly kind: NearMissKind
  readonly fact: string
  readonly would?: () => string | undefined
  readonly leaves: readonly Leaf[]
}

/** Of more than this many, nobody is helped by the next. */
const CANDIDATES = 20
/** Texts at one path that are looked into. */
const TEXTS = 50

/**
 * What is there in place of a key that has no value: first what would meet one of its alternatives, else what only has its name. Undefined
 * where nothing is like it. "This key would be met" is said only of what has been tried on the key for itself, "the whole policy would match"
 * of what has been tried on all of it.
 */
export function nearKey(
  path: string,
  alternatives: readonly Alternative[],
  surroundings: Surroundings,
): NearMiss | undefined {
  let first: NearMiss | undefined
  let count = 0
  for (const {kind, fact, would, leaves} of candidates(path, surroundings)) {
    if (leaves.length > 0) {
      const words = would !== undefined && meets(alternatives, leaves) ? would() : undefined
      if (words !== undefined) return {kind, text: words}
      first ??= {kind, text: fact}
    }
    count += 1
    if (count === CANDIDATES) break
  }
  return first ?? valueless(path, surroundings.here)
}

function meets(alternatives: readonly Alternative[], leaves: readonly Leaf[]): boolean {
  return alternatives.some(one => {
    if (one.operator === 'exists') return one.expected
    const matcher = compileMatcher(one)
    return leaves.some(leaf => takes(matcher, leaf))
  })
}

function* candidates(path: string, {here, elsewhere}: Surroundings): Generator<Candidate> {
  yield* byCase(path, here)
  yield* inWholeText(path, here)
  yield* inTextAbove(path, here)
  if (elsewhere !== undefined) {
    const {scope, place, matches} = elsewhere
    const [kind, where, own] =
      scope === 'MessageBody'
        ? (['inBody', 'in the body', 'MessageAttributes'] as const)
        : (['inAttributes', 'an attribute', 'MessageBody'] as const)
    const fact = `\`${path}\` is ${where}, where the scope ${own} does not look`
    yield {kind, fact, would: () => inScope(scope, `\`${path}\` is ${where}`, matches()), leaves: place.leaves(path)}
  }
  yield* atOtherPlace(path, here)
  yield* inOtherText(path, here)
}

/** Of a key that the other scope would meet. */
function inScope(scope: string, where: string, whole: boolean | undefined): string | undefined {
  if (whole === undefined) return undefined
  return whole
    ? `the whole policy would match with the scope ${scope}: ${where}`
    : `this key would be met with the scope ${scope}, and the policy as a whole not: ${where}`
}

function* byCase(path: string, {outline, leaves}: Place): Generator<Candidate> {
  const folded = path.toLowerCase()
  for (const [other, {types}] of outline) {
    if (types.size === 0 || other === path || other.toLowerCase() !== folded) continue
    const words = 'upper and lower case count in names'
    yield {
      kind: 'nameCase',
      fact: `there is \`${other}\`: ${words}`,
      would: () => `this key would be met if it were \`${other}\`: ${words}`,
      leaves: leaves(other),
    }
  }
}

/** The same last name at another path, those first of which one path is the end of the other. */
function* atOtherPlace(path: string, {outline, leaves}: Place): Generator<Candidate> {
  const last = path.slice(path.lastIndexOf('.') + 1)
  const others = [...outline].flatMap(([other, {types}]) =>
    types.size > 0 && other !== path && (other === last || other.endsWith(`.${last}`)) ? [other] : [],
  )
  const ends = (one: string): number => Number(!one.endsWith(`.${path}`) && !path.endsWith(`.${one}`))
  for (const other of others.toSorted((one, two) => ends(one) - ends(two))) {
    const words = 'the same name at another place'
    yield {
      kind: 'otherPlace',
      fact: `there is \`${other}\`: ${words}`,
      would: () => `this key would be met if it were \`${other}\`: ${words}`,
      leaves: leaves(other),
    }
  }
}

function* inWholeText(path: string, {quoted}: Place): Generator<Candidate> {
  if (quoted === undefined) return
  const fact = `the body is a JSON string with \`${path}\` in it, and would have to be an object`
  const would = (): string =>
    'this key would be met if the body were the JSON object itself: it is a JSON string that holds one'
  yield {kind: 'jsonInText', fact, would, leaves: jsonLeaves(quoted, path)}
}

function* inTextAbove(path: string, place: Place): Generator<Candidate> {
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const holder = path.slice(0, dot)
    if (place.outline.get(holder)?.jsonText !== true) continue
    const fact = `\`${holder}\` is text that holds JSON, which is not read`
    const would = (): string =>
      `this key would be met if \`${holder}\` were JSON itself: it is text that holds JSON, which is not read`
    yield {kind: 'jsonInText', fact, would, leaves: within(holder, path.slice(dot + 1), place)}
  }
}

function* inOtherText(path: string, place: Place): Generator<Candidate> {
  for (const [holder, {jsonText}] of place.outline) {
    if (!jsonText || path.startsWith(`${holder}.`)) continue
    const fact = `\`${holder}\` is text that holds JSON with \`${path}\` in it, which is not read`
    yield {kind: 'jsonInText', fact, leaves: within(holder, path, place)}
  }
}

/** The values at a path of the JSON that a text holds, be it an object or a list of them. */
function within(holder: string, path: string, {leaves}: Place): readonly Leaf[] {
  return leaves(holder)
    .slice(0, TEXTS)
    .flatMap(({kind, text}) => (kind === 'string' ? jsonLeaves(`{"text":${text}}`, `text.${path}`) : []))
}

/** What stands where the key is looked for and is no value. */
function valueless(path: string, {outline}: Place): NearMiss | undefined {
  const field = outline.get(path)
  if (field === undefined || field.dataType !== undefined || field.types.size > 0) return undefined
  if (!field.object) return {kind: 'noValue', text: `\`${path}\` is an empty list, which is no value`}
  const inner = [...outline].find(([other, {types}]) => types.size > 0 && other.startsWith(`${path}.`))?.[0]
  return {
    kind: 'noValue',
    text: `\`${path}\` is an object, which is no value${inner === undefined ? '' : `; one in it is \`${inner}\``}`,
  }
}
