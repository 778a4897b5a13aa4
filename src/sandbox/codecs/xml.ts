import {wireName, type Shape} from '../models/shape.js'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser turns a bare CR into LF: a body with one would come back changed.
  '\r': '&#xD;',
}

/** Text made safe for XML content, reversibly. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, character => ENTITIES[character] ?? character)
}

/** The elements of one member under its wire name; nothing for an absent value. */
export function xmlOf(member: string, shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return ''
  const name = wireName(member, shape)
  switch (shape.kind) {
    case 'string':
    case 'integer':
    case 'boolean':
      return `<${name}>${escapeXml(typeof value === 'string' ? value : JSON.stringify(value))}</${name}>`
    case 'blob':
      return `<${name}>${Buffer.from(value as Uint8Array).toString('base64')}</${name}>`
    case 'timestamp':
      return `<${name}>${(value as Date).toISOString().replace(/\.\d+Z$/, 'Z')}</${name}>`
    case 'structure':
      return `<${name}>${xmlMembers(shape.members, value as Record<string, unknown>)}</${name}>`
    case 'list': {
      const items = value as unknown[]
      if (shape.flat !== undefined) return items.map(item => xmlOf(name, shape.member, item)).join('')
      return `<${name}>${items.map(item => xmlOf('member', shape.member, item)).join('')}</${name}>`
    }
    case 'map': {
      const {keyName, valueName} = shape
      const entryName = shape.flat ?? 'entry'
      const entries = Object.entries(value as Record<string, unknown>).map(
        ([key, entry]) =>
          `<${entryName}><${keyName}>${escapeXml(key)}</${keyName}>${xmlOf(valueName, shape.value, entry)}</${entryName}>`,
      )
      return shape.flat === undefined ? `<${name}>${entries.join('')}</${name}>` : entries.join('')
    }
  }
}

/** The members of a structure, one after another in the model's order. */
export function xmlMembers(members: ReadonlyMap<string, Shape>, values: Readonly<Record<string, unknown>>): string {
  let xml = ''
  for (const [member, shape] of members) xml += xmlOf(member, shape, values[member])
  return xml
}
