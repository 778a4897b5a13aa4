import {invalidParameter, invalidParameterValue} from '../errors.js'
import {integer, text, type Input} from '../input.js'

const PAGE_LIMIT = 1000

/** One page of names in order. "You must set MaxResults to receive a value for NextToken": without it the list stops at 1,000. */
export function page<T extends {readonly name: string}>(
  items: readonly T[],
  input: Input,
): {readonly items: readonly T[]; readonly nextToken: string | undefined} {
  const maxResults = integer(input, 'MaxResults')
  if (maxResults !== undefined && (maxResults < 1 || maxResults > PAGE_LIMIT)) {
    throw invalidParameter(maxResults, 'MaxResults', 'Must be between 1 and 1000, if provided.')
  }
  const token = text(input, 'NextToken')
  const after = token === undefined ? undefined : decode(token)
  const rest = after === undefined ? items : items.filter(item => item.name > after)
  const shown = rest.slice(0, maxResults ?? PAGE_LIMIT)
  const last = shown.at(-1)
  const more = maxResults !== undefined && shown.length < rest.length && last !== undefined
  return {items: shown, nextToken: more ? encode(last.name) : undefined}
}

const encode = (name: string): string => Buffer.from(`after:${name}`).toString('base64')

function decode(token: string): string {
  const decoded = Buffer.from(token, 'base64').toString()
  // Worded here.
  if (!decoded.startsWith('after:') || encode(decoded.slice(6)) !== token)
    throw invalidParameterValue('Invalid or expired next token.')
  return decoded.slice(6)
}
