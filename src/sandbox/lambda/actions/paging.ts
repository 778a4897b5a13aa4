import {invalidParameterValue} from '../errors.js'
import {integer, text, type Input} from '../input.js'
import {Violations} from '../validation.js'

/** "Returns a maximum of 50 items in each response, even if you set the number higher." */
const PAGE = 50

/** One page of things in order; the marker names the last thing of the page before by its key. */
export function page<T>(
  items: readonly T[],
  input: Input,
  {keyOf, most}: {readonly keyOf: (item: T) => string; readonly most: number},
): {readonly items: readonly T[]; readonly nextMarker: string | undefined} {
  const wanted = integer(input, 'MaxItems')
  const violations = new Violations()
  violations.range('maxItems', wanted, 1, most)
  violations.refuse()
  const size = Math.min(wanted ?? PAGE, PAGE)
  const marker = text(input, 'Marker')
  const after = marker === undefined ? undefined : Buffer.from(marker, 'base64').toString()
  // Keys are in order: what came after one that is gone can still be told.
  const start = after === undefined ? 0 : items.findIndex(item => keyOf(item) > after)
  // Worded here.
  if (marker !== undefined && Buffer.from(after ?? '').toString('base64') !== marker) {
    throw invalidParameterValue('The Marker is not one that was answered.')
  }
  const shown = start === -1 ? [] : items.slice(start, start + size)
  const last = shown.at(-1)
  const more = last !== undefined && start + size < items.length
  return {items: shown, nextMarker: more ? Buffer.from(keyOf(last)).toString('base64') : undefined}
}
