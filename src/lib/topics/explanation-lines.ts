import type {AlternativeExplanation, Explanation, KeyExplanation} from '../filters/explanation.js'

/** Alternatives that a person is shown for a key; a policy may have a hundred, and the JSON has them all. */
const ALTERNATIVES_SHOWN = 5

/** An explanation as lines for a person: each key with what was seen, and beneath it the alternatives that decide. Pure. */
export function explanationLines({matched, reason, keys}: Explanation): string[] {
  const lines = keys.flatMap(key => keyLines(key, ''))
  const whole = reason === undefined ? [] : [`${mark(matched)} ${reason}`]
  return [...whole, ...lines]
}

function keyLines({path, matched, values, alternatives, branches = []}: KeyExplanation, indent: string): string[] {
  const seen = values.length === 0 ? 'not there' : values.join(', ')
  const head = branches.length > 0 ? path : `${path}: ${seen}`
  return [
    `${indent}${mark(matched)} ${head}`,
    ...shownOf(alternatives, matched).map(alternative => `${indent}└ ${alternativeLine(alternative)}`),
    ...branches.flatMap(branch => branch.keys.flatMap(key => keyLines(key, `${indent}└ `))),
  ]
}

/** Where a key matches, the alternatives that do; else all of them, as far as there is room. */
function shownOf(alternatives: readonly AlternativeExplanation[], matched: boolean): AlternativeExplanation[] {
  return alternatives.filter(alternative => alternative.matched === matched).slice(0, ALTERNATIVES_SHOWN)
}

function alternativeLine({text, matched, reason, nearMiss}: AlternativeExplanation): string {
  const parts = [reason, nearMiss?.text].filter(part => part !== undefined)
  return `${mark(matched)} ${text}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`
}

function mark(matched: boolean): string {
  return matched ? '✓' : '✗'
}
