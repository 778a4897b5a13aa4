import type {Leaf} from './leaf.js'

/** How the place of a value is spoken of: attributes have types of their own, bodies and events have JSON's. */
export interface Subject {
  /** The value's type with its article, "a String attribute", "a number"; or the word that it is. */
  kindOf(path: string, leaf: Leaf): string
  /** What a type that is needed is called: "a Number attribute", "a number". */
  needed(kind: 'string' | 'number'): string
  /** Why there is no value. */
  missing(path: string): string
}

export const JSON_SUBJECT: Subject = {
  kindOf: (_path, leaf) => kindInJson(leaf),
  needed: kind => `a ${kind}`,
  missing: path => `there is no value at \`${path}\``,
}

function kindInJson({kind, text}: Leaf): string {
  return kind === 'literal' ? text : `a ${kind}`
}

/** The attributes of a message, by name. */
export function attributesSubject(
  attributes: Readonly<Record<string, {readonly dataType: string; readonly stringValue?: string}>>,
): Subject {
  const typeOf = (path: string): string | undefined =>
    Object.hasOwn(attributes, path) ? attributes[path]?.dataType : undefined
  return {
    kindOf: (path, leaf) => {
      const type = typeOf(path)
      if (type === 'String' || type === 'Number') return `a ${type} attribute`
      const member = kindInJson(leaf)
      return type === undefined ? member : `${member} in a ${type} attribute`
    },
    needed: kind => (kind === 'number' ? 'a Number attribute' : 'a String attribute'),
    missing: path => {
      const type = typeOf(path)
      if (type === undefined) return `the message has no attribute \`${path}\``
      if (type.startsWith('Binary')) return `\`${path}\` is a Binary attribute, which filters do not see`
      return type === 'Number'
        ? `the value of the Number attribute \`${path}\` is no number`
        : `the ${type} attribute \`${path}\` holds no value that can be read: it must be a JSON array with members`
    },
  }
}
