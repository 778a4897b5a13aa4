import type {Evaluate, Node, Run} from './evaluator.js'
import {MeaninglessError} from './meaningless-error.js'
import type {Json} from './json.js'
import {isArray} from './json.js'
import {characters} from './text-functions.js'

type Slice = Extract<Node, {type: 'Slice'}>

/** The item of an array, counted from the end below zero; null where there is none. */
export function itemAt(value: Json, index: number): Json {
  return isArray(value) ? (value.at(index) ?? null) : null
}

/** Applies the right side to each item that `items` finds in the left one, and leaves out the nulls; null where there are no items to find. */
export function projected(
  left: Evaluate,
  right: Evaluate,
  items: (base: Json, run: Run) => readonly Json[] | undefined,
  {ofText = false} = {},
): Evaluate {
  return (value, run) => {
    const base = left(value, run)
    if (ofText && typeof base === 'string') return right(base, run)
    const found = items(base, run)
    if (found === undefined) return null
    run.steps.spend(found.length)
    return found.map(item => right(item, run)).filter(item => item !== null)
  }
}

/** The items of an array, those that are arrays replaced by their items. */
export function flattened(child: Evaluate): Evaluate {
  return (value, run) => {
    const list = child(value, run)
    if (!isArray(list)) return null
    run.steps.spend(list.reduce<number>((total, item) => total + (isArray(item) ? item.length + 2 : 3), 0))
    return list.flatMap(item => item)
  }
}

/** A part of an array or of the characters of a text, as Python slices; null of anything else. */
export function sliceOf({start, stop, step}: Slice): Evaluate {
  if (step === 0) throw new MeaninglessError('the step of a slice is not 0')
  return (value, {steps}) => {
    if (typeof value === 'string') return sliced(characters(value, steps), start, stop, step ?? 1).join('')
    if (!isArray(value)) return null
    steps.spend(3 * value.length)
    return sliced(value, start, stop, step ?? 1)
  }
}

function sliced<Item>(list: readonly Item[], start: number | null, stop: number | null, step: number): Item[] {
  const [least, most] = step > 0 ? [0, list.length] : [-1, list.length - 1]
  const bound = (index: number): number => Math.min(Math.max(index < 0 ? index + list.length : index, least), most)
  const from = start === null ? (step > 0 ? 0 : most) : bound(start)
  const to = stop === null ? (step > 0 ? most : -1) : bound(stop)
  const length = Math.max(Math.ceil((to - from) / step), 0)
  return Array.from({length}, (_, index) => list[from + index * step]).filter(item => item !== undefined)
}
