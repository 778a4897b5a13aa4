import {AwsError} from '../service.js'

/** A parameter such as `MessageAttribute.1.Value.DataType` is a path; a form is the tree of all its paths. */
export interface FormNode {
  value: string | undefined
  readonly children: Map<string, FormNode>
}

// Deeper than any operation's input; a hostile `a.a.a...` must not grow a tree of a million nodes.
const DEEPEST_PATH = 12

/** Parses application/x-www-form-urlencoded text (and a URL's query) to the tree of its dotted names. */
export function parseForm(...texts: readonly string[]): FormNode {
  const root = node()
  for (const text of texts) {
    if (text === '') continue
    for (const pair of text.split('&')) {
      const equals = pair.indexOf('=')
      const name = decode(equals === -1 ? pair : pair.slice(0, equals))
      const path = name.split('.', DEEPEST_PATH + 1)
      if (path.length > DEEPEST_PATH) throw malformed(`The parameter ${name.slice(0, 80)} is nested too deeply.`)
      let at = root
      for (const step of path) {
        let next = at.children.get(step)
        if (!next) at.children.set(step, (next = node()))
        at = next
      }
      at.value = equals === -1 ? '' : decode(pair.slice(equals + 1))
    }
  }
  return root
}

function node(): FormNode {
  return {value: undefined, children: new Map()}
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw malformed('The request is not valid percent-encoded UTF-8.')
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedQueryString', message)
}
