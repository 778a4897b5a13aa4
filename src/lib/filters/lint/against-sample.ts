import {nearest} from '../../nearest.js'
import type {Alternative, FieldEntry} from '../pattern/alternative.js'
import {alternativeText} from '../explaining/alternative-text.js'
import type {LintFinding} from './finding.js'
import type {Sample, SampleField, ValueType} from './sample.js'

/** What keeps a field from ever matching messages like the sample: names, types, text that holds JSON. */
export function* sampleFindings(fields: readonly FieldEntry[], sample: Sample): Generator<LintFinding> {
  for (const field of fields) {
    const seen = sample.get(field.path)
    if (seen === undefined) yield* absent(field, sample)
    else yield* present(field, seen)
  }
}

function* absent({path, alternatives}: FieldEntry, sample: Sample): Generator<LintFinding> {
  const sameButCase = [...sample.keys()].find(name => name.toLowerCase() === path.toLowerCase())
  if (sameButCase !== undefined) {
    const message = `The sample has ${sameButCase}; names are compared with upper and lower case`
    yield {code: 'NamesDifferByCase', severity: 'bad', path, message}
    return
  }
  const holder = [...parentsOf(path)].find(parent => sample.get(parent)?.jsonText === true)
  if (holder !== undefined) {
    const message = `${holder} of the sample is a text that holds JSON, which AWS does not read: no field within it can match`
    yield {code: 'JsonInText', severity: 'bad', path, message}
    return
  }
  if (alternatives.some(one => one.operator === 'exists' && !one.expected)) return
  const alike = likePath(path, [...sample.keys()])
  if (alike === undefined) {
    yield {code: 'NotInSample', severity: 'info', path, message: 'The sample has no such field, so it does not match'}
    return
  }
  const message = `The sample has no such field; did you mean ${alike}?`
  yield {code: 'NameMisspelt', severity: 'warn', path, message}
}

/** A path whose names are each near, or one that is the end of the other: of long paths whole names may differ within a few letters. */
function likePath(path: string, others: readonly string[]): string | undefined {
  const names = path.split('.')
  const alike = others.filter(other => {
    if (other.endsWith(`.${path}`) || path.endsWith(`.${other}`)) return true
    const parts = other.split('.')
    const near = (name: string, part: string | undefined): boolean =>
      part !== undefined && (name === part || nearest(name, [part], 1).length > 0)
    return parts.length === names.length && names.every((name, at) => near(name, parts[at]))
  })
  return nearest(path, alike, 1)[0] ?? alike[0]
}

function* parentsOf(path: string): Generator<string> {
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) yield path.slice(0, dot)
}

function* present({path, alternatives}: FieldEntry, seen: SampleField): Generator<LintFinding> {
  const {types, object, dataType} = seen
  if (dataType?.startsWith('Binary') === true) {
    const message = 'It is a Binary attribute in the sample, and SNS ignores those'
    yield {code: 'BinaryIgnored', severity: 'bad', path, message}
    return
  }
  if (types.size === 0 && object && alternatives.some(({operator}) => operator !== 'exists')) {
    const message = 'It is an object in the sample: only the values within it can match'
    yield {code: 'ObjectNotValue', severity: 'bad', path, message}
  }
  if (types.size === 0 && object && alternatives.some(one => one.operator === 'exists')) {
    const message = 'It is an object in the sample: exists looks at values alone, so to AWS the field is not there'
    yield {code: 'ExistsOnObject', severity: 'bad', path, message}
  }
  const arrayExclusion = alternatives.find(({operator}) => operator === 'anything-but')
  if (dataType === 'String.Array' && arrayExclusion !== undefined) {
    const message = `It is a String.Array in the sample: ${alternativeText(arrayExclusion)} matches as soon as one element is not excluded, whatever the others are`
    yield {code: 'AnythingButArray', severity: 'warn', path, message}
  }
  for (const one of alternatives) {
    const excluded = one.operator === 'anything-but' ? idleExclusion(one, types) : undefined
    if (excluded === undefined) continue
    const message = `It is ${typeWords(seen)} in the sample, and ${alternativeText(one)} excludes ${excluded} alone: it lets every such value through, as "100" and 100 are different values`
    yield {code: 'TypeMismatch', severity: 'bad', path, message}
  }
  if (types.size > 0 && alternatives.every(one => one.operator === 'exists' && !one.expected)) {
    const message = 'It is in the sample, and exists: false wants it to be missing'
    yield {code: 'PresentInSample', severity: 'bad', path, message}
  } else if (types.size > 0 && !alternatives.some(one => takesType(one, types))) {
    const texts = alternatives.map(alternativeText)
    const what = texts.length === 1 ? `${texts.join('')} does not take` : 'none of its alternatives takes'
    const message = `It is ${typeWords(seen)} in the sample, which ${what}: "100" and 100 are different values, and numeric takes numbers alone`
    yield {code: 'TypeMismatch', severity: 'bad', path, message}
  }
}

/** What an exclusion is of, where the sample has no such values but numbers in place of texts or texts in place of numbers. */
function idleExclusion(
  alternative: Alternative & {readonly operator: 'anything-but'},
  types: ReadonlySet<ValueType>,
): string | undefined {
  const numbers = 'numbers' in alternative
  if (numbers ? alternative.numbers.length === 0 : noTexts(alternative)) return undefined
  const [excluded, other] = numbers ? (['number', 'string'] as const) : (['string', 'number'] as const)
  return types.has(other) && !types.has(excluded) ? `${excluded}s` : undefined
}

function noTexts(alternative: Alternative & {readonly operator: 'anything-but'}): boolean {
  return 'strings' in alternative && alternative.strings.length === 0
}

function takesType(alternative: Alternative, types: ReadonlySet<ValueType>): boolean {
  switch (alternative.operator) {
    case 'exists':
      return alternative.expected
    case 'anything-but':
      return true
    case 'numeric':
      return types.has('number')
    case 'equals':
      if ('number' in alternative) return types.has('number')
      if ('string' in alternative) return types.has('string')
      return types.has(alternative.literal === 'null' ? 'null' : 'boolean')
    default:
      return types.has('string')
  }
}

function typeWords({types, dataType}: SampleField): string {
  if (dataType !== undefined) return `a ${dataType} attribute`
  return [...types].map(type => (type === 'null' ? 'null' : `a ${type}`)).join(' and ')
}
