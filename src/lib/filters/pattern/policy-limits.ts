import type {Alternative, PatternEntry} from './alternative.js'

/** The largest policy, in bytes of UTF-8: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
export const POLICY_BYTES = 256 * 1024

/** What SNS counts in a policy (AWS: subscription-filter-policy-constraints). */
export interface PolicyCounts {
  /** Names in the root object: AWS has refused a sixth one. */
  readonly topLevelKeys: number
  /** Fields, wherever they stand: what AWS's current text counts. */
  readonly leafKeys: number
  /** Product over the fields of alternatives times depth, branches of `$or` added up; 150 at most. */
  readonly combinations: number
  /** 100 at most over all fields. */
  readonly wildcardPoints: number
  /** The most stars in one wildcard; 3 at most. */
  readonly stars: number
}

export function countPolicy(entries: readonly PatternEntry[]): PolicyCounts {
  const fields = [...fieldsOf(entries)]
  const wildcards = fields.map(({alternatives}) => alternatives.flatMap(wildcardsOf))
  return {
    topLevelKeys: entries.length,
    leafKeys: fields.length,
    combinations: combinationsOf(entries, 1, 1),
    wildcardPoints: wildcards.reduce((sum, found) => sum + found.length * points(found), 0),
    stars: wildcards.flat().reduce((most, {stars}) => Math.max(most, stars), 0),
  }
}

/** In the order of the text, from the count so far: AWS's worked examples with `$or` come out only so. */
function combinationsOf(entries: readonly PatternEntry[], before: number, depth: number): number {
  let count = before
  for (const entry of entries) {
    const soFar = count
    switch (entry.kind) {
      case 'field':
        count *= entry.alternatives.length * depth
        break
      case 'nested':
        count = combinationsOf(entry.entries, soFar, depth + 1)
        break
      case 'or':
        count = entry.branches.reduce((sum, branch) => sum + combinationsOf(branch, soFar, depth), 0)
    }
  }
  return count
}

function* fieldsOf(entries: readonly PatternEntry[]): Generator<PatternEntry & {readonly kind: 'field'}> {
  for (const entry of entries) {
    if (entry.kind === 'field') yield entry
    else if (entry.kind === 'nested') yield* fieldsOf(entry.entries)
    else for (const branch of entry.branches) yield* fieldsOf(branch)
  }
}

interface WildcardCost {
  readonly stars: number
  readonly points: number
}

function wildcardsOf(alternative: Alternative): WildcardCost[] {
  if (alternative.operator === 'wildcard') {
    const stars = starsOf(alternative.value)
    return [{stars, points: stars > 1 ? 3 : 1}]
  }
  if (alternative.operator !== 'anything-but' || !('inner' in alternative) || alternative.inner !== 'wildcard')
    return []
  return alternative.values.map(value => ({stars: starsOf(value), points: 1}))
}

function points(costs: readonly WildcardCost[]): number {
  return costs.reduce((sum, cost) => sum + cost.points, 0)
}

function starsOf(value: string): number {
  let stars = 0
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (character === '\\') at += 1
    else if (character === '*') stars += 1
  }
  return stars
}
