import {nearest} from '../../nearest.js'
import {EVENT_FIELDS, missingFields} from '../event-fields.js'
import {compileEventPattern} from '../event-pattern.js'
import type {FieldEntry, PatternEntry} from '../pattern/alternative.js'
import {alternativeText} from '../explaining/alternative-text.js'
import {parsePattern} from '../pattern/parse-pattern.js'
import {alternativeFindings} from './alternatives.js'
import {PATTERN_CHARACTERS} from '../trial-warnings.js'
import {sampleFindings} from './against-sample.js'
import {fieldsOf, listFindings, nameFindings} from './fields.js'
import type {Lint, LintFinding} from './finding.js'
import {afterEndFindings, bySeverity, refusedLint} from './finding.js'
import {sampleOfJson} from './sample.js'

/** AWS's limit: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_CHARACTERS = PATTERN_CHARACTERS
const MAX_COMBINATIONS = 1000
/** Not documented: 10 has been accepted, as far as is known, and 11 refused. */
const MAX_COMPLEXITY = 10
const NEAR = 0.8

/** What an event has at its top: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const TEXTS = new Set([...EVENT_FIELDS, 'version', 'resources'])
const TOP = [...EVENT_FIELDS, 'version', 'resources', 'detail', 'replay-name']

interface Counts {
  readonly characters: number
  /** Rules that the branches of `$or` make. */
  readonly combinations: number
  /** Score of the wildcards. */
  readonly complexity: number
}

/** The findings of `pattern lint`. */
export interface PatternLint extends Lint {
  /** What EventBridge counts; null for a pattern that it refuses. */
  readonly counts: Counts | null
}

/**
 * Looks for what an event pattern does not do although it seems to, the gravest first; of one that EventBridge refuses, the refusal
 * alone. Pure. Rules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-patterns-best-practices.html
 */
export function lintPattern(patternText: string, sampleText?: string): PatternLint {
  try {
    const {combinations, complexity} = compileEventPattern(patternText)
    const counts = {characters: patternText.length, combinations, complexity}
    return {valid: true, counts, findings: bySeverity(findingsOf(patternText, counts, sampleText))}
  } catch (error) {
    return {...refusedLint(error, patternText), counts: null}
  }
}

function findingsOf(patternText: string, counts: Counts, sampleText: string | undefined): LintFinding[] {
  const entries = parsePattern(patternText)
  const fields = fieldsOf(entries)
  return [
    ...sizeFindings(counts),
    ...afterEndFindings(patternText),
    ...topFindings(entries, fields),
    ...nameFindings(entries),
    ...listFindings(fields),
    ...alternativeFindings(fields),
    ...fields.flatMap(field => [...textFindings(field)]),
    ...(sampleText === undefined ? [] : eventFindings(fields, sampleText)),
  ]
}

function* sizeFindings({characters, combinations, complexity}: Counts): Generator<LintFinding> {
  if (characters > MAX_CHARACTERS) {
    const message = `It has ${characters} characters; EventBridge takes ${MAX_CHARACTERS} unless the quota was raised`
    yield {code: 'PatternTooLong', severity: 'bad', path: null, message}
  } else if (characters >= MAX_CHARACTERS * NEAR) {
    const message = `It has ${characters} of the ${MAX_CHARACTERS} characters that EventBridge takes`
    yield {code: 'PatternNearLimit', severity: 'warn', path: null, message}
  }
  if (combinations >= MAX_COMBINATIONS * NEAR) {
    const message = `Its $or come to ${combinations} rules; EventBridge refuses more than ${MAX_COMBINATIONS}`
    yield {code: 'CombinationsNearLimit', severity: 'warn', path: null, message}
  }
  if (complexity >= MAX_COMPLEXITY * NEAR) {
    const message = `Its wildcards score ${complexity}; EventBridge has refused 11: fewer stars, and fewer repeated characters after one, score less`
    yield {code: 'ComplexityNearLimit', severity: 'warn', path: null, message}
  }
}

function* topFindings(entries: readonly PatternEntry[], fields: readonly FieldEntry[]): Generator<LintFinding> {
  if (!fields.some(({path}) => path === 'source')) {
    const message =
      'It names no source, so it matches events of every service and application on the bus, of later ones as well'
    yield {code: 'NoSource', severity: 'warn', path: null, message}
  }
  for (const name of new Set(topNames(entries))) {
    if (TOP.includes(name)) continue
    const alike = topLike(name)
    const hint = alike === undefined ? 'What an application sends is under detail' : `Did you mean ${alike}?`
    yield {code: 'UnknownField', severity: 'warn', path: name, message: `Events have no such field at the top. ${hint}`}
  }
}

/** The field that a name was meant for: `detailType` and `detail_type` are `detail-type` in another spelling. */
function topLike(name: string): string | undefined {
  const letters = (text: string): string => text.replace(/[-_ ]/g, '').toLowerCase()
  return TOP.find(field => letters(field) === letters(name)) ?? nearest(name, TOP, 1)[0]
}

function topNames(entries: readonly PatternEntry[]): string[] {
  return entries.flatMap(entry =>
    entry.kind === 'or' ? entry.branches.flatMap(topNames) : [entry.path.split('.', 1)[0] ?? ''],
  )
}

/** The fields that EventBridge fills in are texts. */
function* textFindings({path, alternatives}: FieldEntry): Generator<LintFinding> {
  if (!TEXTS.has(path)) return
  for (const one of alternatives) {
    const number = one.operator === 'numeric' || (one.operator === 'equals' && 'number' in one)
    if (!number && !(one.operator === 'equals' && 'literal' in one)) continue
    const message = `${alternativeText(one)} never matches: ${path} is text in every event`
    yield {code: 'NeverMatches', severity: 'bad', path, message}
  }
  if (path !== 'resources' && alternatives.every(one => one.operator === 'exists' && !one.expected)) {
    yield {
      code: 'NeverMatches',
      severity: 'bad',
      path,
      message: `Every event has ${path}, so exists: false never matches`,
    }
  }
}

function* eventFindings(fields: readonly FieldEntry[], sampleText: string): Generator<LintFinding> {
  const sample = sampleOfJson(sampleText)
  if (sample === undefined) {
    const message = 'The sample event is no JSON object: EventBridge refuses it'
    yield {code: 'EventNotJson', severity: 'bad', path: null, message}
    return
  }
  const missing = missingFields(sampleText)
  if (missing.length > 0) {
    const message = `The sample lacks ${missing.join(', ')}: TestEventPattern refuses it, and every event on a bus has them`
    yield {code: 'EventIncomplete', severity: 'warn', path: null, message}
  }
  yield* sampleFindings(fields, sample)
}
