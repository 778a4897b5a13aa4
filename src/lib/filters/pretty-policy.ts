import {elementTexts, isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'

/** The longest array that stands on one line. */
const LONGEST_LINE = 60

/** A policy or pattern for a person: a line a key, every value as it is written. What is no JSON object stays as it is. Pure. */
export function prettyPolicy(text: string): string {
  return isRecord(parsedOrUndefined(text)) ? pretty(text.trim(), '') : text
}

function pretty(text: string, indent: string, branches = false): string {
  const inner = `${indent}  `
  if (text.startsWith('{')) {
    const lines = memberTexts(text).map(
      ({name, text: value}) => `${inner}${JSON.stringify(name)}: ${pretty(value, inner, name === '$or')}`,
    )
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
  }
  if (!text.startsWith('[')) return text
  const elements = elementTexts(text).map(element => oneLine(element))
  const line = `[${elements.join(', ')}]`
  if (line.length <= LONGEST_LINE && !branches) return line
  const lines = elementTexts(text).map((element, index) => {
    const short = elements[index] ?? element
    return `${inner}${short.length <= LONGEST_LINE ? short : pretty(element, inner)}`
  })
  return `[\n${lines.join(',\n')}\n${indent}]`
}

function oneLine(text: string): string {
  if (text.startsWith('{')) {
    return `{${memberTexts(text)
      .map(({name, text: value}) => `${JSON.stringify(name)}: ${oneLine(value)}`)
      .join(', ')}}`
  }
  return text.startsWith('[')
    ? `[${elementTexts(text)
        .map(element => oneLine(element))
        .join(', ')}]`
    : text
}
