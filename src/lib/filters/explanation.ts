/** Why a message matched or not: key by key, alternative by alternative. */
export interface Explanation {
  readonly matched: boolean
  /** What decides beyond the keys, such as "the message has no attributes". */
  readonly reason?: string
  readonly keys: readonly KeyExplanation[]
}

export interface KeyExplanation {
  /** Dotted path of the key; `$or` (below its parent's path) when the entry is a set of branches. */
  readonly path: string
  readonly matched: boolean
  /** JSON texts of the values found under the path, ten at most. */
  readonly values: readonly string[]
  readonly alternatives: readonly AlternativeExplanation[]
  /** The branches of a `$or`: one of them must match. */
  readonly branches?: readonly BranchExplanation[]
}

export interface BranchExplanation {
  readonly matched: boolean
  readonly keys: readonly KeyExplanation[]
}

export interface AlternativeExplanation {
  /** The alternative as JSON text, as it would stand in a pattern. */
  readonly text: string
  readonly operator: string
  readonly matched: boolean
  readonly reason?: string
  /** What would have matched, such as "it is equal but for upper and lower case". */
  readonly nearMiss?: string
}
