import {afterString} from './json-parts.js'

/** What stands behind the object of a text that has been read as a policy or pattern, without the white space; '' where there is nothing. */
export function textAfterEnd(text: string): string {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = afterString(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) {
      return text.slice(at + 1).replace(/^[ \t\r\n]+/, '')
    }
  }
  return ''
}

/** What to say of text behind the end; nothing where there is none. Pure. */
export function afterEndWarnings(what: string, text: string): string[] {
  const rest = textAfterEnd(text)
  if (rest === '') return []
  const start = rest.slice(0, SHOWN).replaceAll(/\s+/g, ' ').trimEnd()
  const shown = rest.length > SHOWN ? `${start}…` : start
  return [`${what} is read to its end only, as AWS’s library does; not read: ${shown}`]
}

const SHOWN = 40
