import type {AlternativeExplanation, Explanation, KeyExplanation} from './explanation.js'

/** A key of an explanation as a person reads it: a title, then what was seen, then the alternatives or branches. */
export interface KeyRows {
  readonly title: string
  readonly rows: readonly Row[]
}

export interface Row {
  readonly label: string
  /** One below the other. */
  readonly parts: readonly Part[]
}

/** Text that has been cut where it was long, and how it is meant. */
export interface Part {
  readonly text: string
  readonly tone: 'good' | 'warn' | 'dim' | undefined
}

export interface RowOptions {
  /** Alternatives of a key that are shown. */
  readonly most: number
  /** Of a key that is met, only the alternatives that meet it. */
  readonly decisiveOnly?: boolean
}

/** Characters of a value, an alternative or a reason that are shown: a text of 1 MiB is one like any other, and nobody reads it here. */
const LONGEST = 300
/** Characters of a path in a title, which is one line. */
const LONGEST_PATH = 100

/** Each key of an explanation, those of the branches of a `$or` after it. Pure. */
export function explanationRows({keys}: Explanation, options: RowOptions): KeyRows[] {
  return keys.flatMap(key => rowsOfKey(key, '', options))
}

/** An explanation as plain lines: each key with what was seen, beneath it the alternatives, and first what decides beyond the keys. Pure. */
export function explanationLines(explanation: Explanation, options: RowOptions): string[] {
  const {matched, reason} = explanation
  return [
    ...(reason === undefined ? [] : [`${mark(matched)} ${reason}`]),
    ...explanationRows(explanation, options).flatMap(linesOf),
  ]
}

function linesOf({title, rows}: KeyRows): string[] {
  const [seen, ...others] = rows.map(({label, parts}) => ({label, text: parts.map(({text}) => text).join('; ')}))
  const all = seen?.label === VALUE ? others : [...(seen === undefined ? [] : [seen]), ...others]
  return [
    seen?.label === VALUE ? `${title}: ${seen.text}` : title,
    ...all.map(({label, text}) => `└ ${label === '' ? '' : `${label} `}${text}`),
  ]
}

const VALUE = 'value'
const mark = (matched: boolean): string => (matched ? '✓' : '✗')
const part = (text: string, tone?: Part['tone']): Part => ({text: shortened(text, LONGEST), tone})

function rowsOfKey(key: KeyExplanation, before: string, options: RowOptions): KeyRows[] {
  const {path, matched, branches} = key
  const name = `${before}${shortened(path, LONGEST_PATH)}`
  const title = `${mark(matched)} ${name}`
  if (branches === undefined)
    return [{title, rows: [valueRow(key), ...alternativeRows(key, options), ...overriddenRows(key)]}]
  const rows = branches.map((branch, index) => ({
    label: mark(branch.matched),
    parts: [part(`${index + 1}: ${branch.keys.map(one => one.path).join(' and ')}`, branch.matched ? 'good' : 'warn')],
  }))
  const inner = branches.flatMap((branch, index) =>
    branch.keys.flatMap(one => rowsOfKey(one, `${name} ${index + 1}: `, options)),
  )
  return [{title, rows}, ...inner]
}

const OVERRIDDEN = {
  everywhere: 'it does not count: the same key stands again further on, and takes its place',
  inBranches: 'it does not count in a branch of $or that has the same key itself',
}

function overriddenRows({overridden}: KeyExplanation): Row[] {
  return overridden === undefined ? [] : [{label: 'note', parts: [part(OVERRIDDEN[overridden], 'warn')]}]
}

/** The values; where there are none, why, and what is there instead. */
function valueRow(key: KeyExplanation): Row {
  const {values, nearMiss} = key
  if (values.length > 0) return {label: VALUE, parts: values.map(value => part(value))}
  const why = whyNone(key)
  return {
    label: VALUE,
    parts: [
      part(why === undefined ? 'none' : `none: ${why}`, 'dim'),
      ...(nearMiss === undefined ? [] : [part(`near miss: ${nearMiss.text}`)]),
    ],
  }
}

/** Without a value each alternative fails for the same reason, which is said once. */
function whyNone({values, alternatives}: KeyExplanation): string | undefined {
  return values.length > 0 ? undefined : alternatives.find(({reason}) => reason !== undefined)?.reason
}

function alternativeRows(key: KeyExplanation, {most, decisiveOnly = false}: RowOptions): Row[] {
  const {matched, alternatives} = key
  const decisive = decisiveOnly && matched ? alternatives.filter(one => one.matched) : alternatives
  const said = whyNone(key)
  const rows = nearestFirst(decisive, most).map(one => alternativeRow(one, said))
  const more = decisive.length - rows.length
  return more === 0 ? rows : [...rows, {label: '', parts: [part(`and ${more} more; --json has all`, 'dim')]}]
}

/** All of them, or of a long list those that matched and those that nearly did before the others. */
function nearestFirst(
  alternatives: readonly AlternativeExplanation[],
  most: number,
): readonly AlternativeExplanation[] {
  if (alternatives.length <= most) return alternatives
  const rank = ({matched, nearMiss}: AlternativeExplanation): number => (matched ? 0 : nearMiss === undefined ? 2 : 1)
  return alternatives.toSorted((a, b) => rank(a) - rank(b)).slice(0, most)
}

function alternativeRow({text, matched, reason, nearMiss}: AlternativeExplanation, said: string | undefined): Row {
  return {
    label: mark(matched),
    parts: [
      part(text, matched ? 'good' : 'warn'),
      ...(reason === undefined || reason === said ? [] : [part(reason, 'dim')]),
      ...(nearMiss === undefined ? [] : [part(`near miss: ${nearMiss.text}`)]),
    ],
  }
}

/** Cut between characters, never within one of two units. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const last = text.charCodeAt(longest - 1)
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest)}…`
}
