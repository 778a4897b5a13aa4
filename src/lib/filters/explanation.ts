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
  /** Of a key without a value: what is there instead. */
  readonly nearMiss?: NearMiss
  /** Where the same key stands again and takes its place: `everywhere` it never counts, `inBranches` not in each branch of a `$or`. */
  readonly overridden?: 'everywhere' | 'inBranches'
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
  /** What would have matched, such as the same text in other letter case. */
  readonly nearMiss?: NearMiss
}

/**
 * What is nearly right. The text says "this key would be met" where the change that it names was tried on the key for itself, and "the whole
 * policy would match" where it was tried on all keys together.
 */
export interface NearMiss {
  readonly kind: NearMissKind
  readonly text: string
}

/** What is different. Of a value: */
export type NearMissKind =
  | 'letterCase'
  | 'whiteSpace'
  /** The pattern has "5", and the value is 5. */
  | 'quotedInPattern'
  /** The pattern has 5, and the value is "5". */
  | 'unquotedInPattern'
  /** A number is needed, and the value is a text with one. */
  | 'sentAsString'
  /** A text is needed, and the value is none. */
  | 'notSentAsString'
  | 'partOfValue'
  /** A star without `wildcard`. */
  | 'star'
  | 'bound'
  // Of a key that has no value:
  | 'nameCase'
  | 'otherPlace'
  /** It is in a text that holds JSON. */
  | 'jsonInText'
  | 'inBody'
  | 'inAttributes'
  /** An object or an empty list stands there. */
  | 'noValue'
