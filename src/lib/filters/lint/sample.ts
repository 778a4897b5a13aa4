import type {FilteredMessage} from '../filter-policy.js'
import {isRecord, parsedOrUndefined} from '../json-parts.js'

export type ValueType = 'string' | 'number' | 'boolean' | 'null'

/** What a sample has under one dotted path. */
export interface SampleField {
  /** Types of the values; none where there are only objects and empty lists. */
  readonly types: ReadonlySet<ValueType>
  /** Whether an object stands there, which no alternative looks at. */
  readonly object: boolean
  /** Whether one of the values is a text that is a JSON object or array itself. */
  readonly jsonText: boolean
  /** Type of the message attribute, where the sample has attributes. */
  readonly dataType?: string
}

export type Sample = ReadonlyMap<string, SampleField>

/** The attributes of a message as fields; one of type Binary has no value that a policy sees. */
export function sampleOfAttributes(attributes: FilteredMessage['attributes']): Sample {
  return new Map(
    Object.entries(attributes).map(([name, {dataType, stringValue = ''}]) => [
      name,
      {types: attributeTypes(dataType, stringValue), object: false, jsonText: false, dataType},
    ]),
  )
}

function attributeTypes(dataType: string, value: string): Set<ValueType> {
  if (dataType.startsWith('Binary')) return new Set()
  if (dataType.startsWith('Number')) return new Set(['number'])
  if (dataType !== 'String.Array') return new Set(['string'])
  const list = parsedOrUndefined(value)
  return new Set(Array.isArray(list) ? list.flatMap(item => typeOf(item) ?? []) : [])
}

/** AWS's reader goes no deeper. */
const MAX_DEPTH = 1000

/** The fields of a JSON object by dotted path, lists looked through; undefined where the text is no JSON object. */
export function sampleOfJson(text: string): Sample | undefined {
  const root = parsedOrUndefined(text)
  if (!isRecord(root)) return undefined
  const fields = new Map<string, {types: Set<ValueType>; object: boolean; jsonText: boolean}>()
  const waiting: {path: string; value: unknown; depth: number}[] = [{path: '', value: root, depth: 0}]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const {path, value, depth} = next
    if (depth > MAX_DEPTH) continue
    const field = fields.get(path) ?? {types: new Set(), object: false, jsonText: false}
    fields.set(path, field)
    if (Array.isArray(value)) for (const item of value) waiting.push({path, value: item, depth: depth + 1})
    else if (isRecord(value)) {
      field.object = true
      for (const [name, member] of Object.entries(value))
        waiting.push({path: path === '' ? name : `${path}.${name}`, value: member, depth: depth + 1})
    } else {
      field.types.add(typeOf(value) ?? 'null')
      if (typeof value === 'string' && /^\s*[[{]/.test(value)) field.jsonText ||= parsedOrUndefined(value) !== undefined
    }
  }
  fields.delete('')
  return fields
}

function typeOf(value: unknown): ValueType | undefined {
  if (value === null) return 'null'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined
}
