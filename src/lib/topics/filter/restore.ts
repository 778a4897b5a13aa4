import {compactPolicy} from '../../filters/change/policy-state.js'
import type {FilterPlan} from './plan.js'

/** The words of the command that puts the filter of before back, in characters that survive a terminal and its clipboard. Pure. */
export function restoreWords({subscription, before}: Pick<FilterPlan, 'subscription' | 'before'>): string[] {
  const {filterPolicy, filterPolicyScope} = before
  const words = ['filter', 'set', subscription]
  if (filterPolicy === null) return [...words, '--remove']
  const policy = compactPolicy(filterPolicy).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, unicodeEscapes)
  return [...words, '--policy', policy, '--scope', filterPolicyScope ?? 'MessageAttributes']
}

function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
