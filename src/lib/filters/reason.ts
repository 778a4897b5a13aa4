import type {Explanation, KeyExplanation} from './explanation.js'

/** Characters of an alternative that are told. */
const LONGEST_ALTERNATIVE = 80

/**
 * The first thing that decided, in one line: what decides beyond the keys, else of the first key that is not met the alternative that came
 * nearest. Pure.
 */
export function reasonOf({matched, reason, keys}: Explanation): string {
  return reason ?? (matched ? 'every key is met' : (unmet(keys) ?? 'a key is not met'))
}

function unmet(keys: readonly KeyExplanation[]): string | undefined {
  const key = keys.find(({matched, overridden}) => !matched && overridden !== 'everywhere')
  if (key === undefined) return undefined
  const {path, alternatives, branches} = key
  if (branches !== undefined) {
    const first = unmet(branches[0]?.keys ?? [])
    return `no branch of ${path} is met${first === undefined ? '' : `; in the first, ${first}`}`
  }
  const [first] = alternatives.filter(({nearMiss}) => nearMiss !== undefined).concat(alternatives)
  if (first === undefined) return `${path} has no alternative`
  const nearMiss = first.nearMiss ?? key.nearMiss
  const others = alternatives.length - 1
  return [
    `${path}: ${shortened(first.text)} is not met${first.reason === undefined ? '' : `: ${first.reason}`}`,
    ...(others === 0 ? [] : [others === 1 ? 'nor is the other alternative' : `nor is any of the ${others} others`]),
    ...(nearMiss === undefined ? [] : [`near miss: ${nearMiss.text}`]),
  ].join('; ')
}

function shortened(text: string): string {
  return text.length > LONGEST_ALTERNATIVE ? `${text.slice(0, LONGEST_ALTERNATIVE)}…` : text
}
