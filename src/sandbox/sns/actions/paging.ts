import {invalidParameter} from '../errors.js'
import {text, type Input} from '../input.js'

/** "Each call returns a limited list, up to 100." */
const PAGE = 100

/** One page of things in order; the token names the last thing of the page before by its key. */
export function page<T>(
  items: readonly T[],
  input: Input,
  keyOf: (item: T) => string,
): {readonly items: readonly T[]; readonly nextToken: string | undefined} {
  const token = text(input, 'NextToken')
  const after = token === undefined ? undefined : decode(token)
  const start = after === undefined ? 0 : items.findIndex(item => keyOf(item) === after) + 1
  // What the token named is gone: the rest cannot be told from what was shown.
  if (after !== undefined && start === 0) throw invalidToken()
  const shown = items.slice(start, start + PAGE)
  const last = shown.at(-1)
  const more = start + PAGE < items.length && last !== undefined
  return {items: shown, nextToken: more ? encode(keyOf(last)) : undefined}
}

const encode = (key: string): string => Buffer.from(`after:${key}`).toString('base64')

function decode(token: string): string {
  const decoded = Buffer.from(token, 'base64').toString()
  if (!decoded.startsWith('after:') || encode(decoded.slice('after:'.length)) !== token) throw invalidToken()
  return decoded.slice('after:'.length)
}

// Worded here.
const invalidToken = () => invalidParameter('NextToken')
