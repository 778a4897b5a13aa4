import type {AddressRange} from '../values/cidr.js'

export type LiteralWord = 'true' | 'false' | 'null'
export type InnerOperator = 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard'

export interface NumberOperand {
  /** As it stands in the pattern. */
  readonly text: string
  /** Absent when the text says more than a double holds: then the texts are compared. */
  readonly value?: number
}

export interface Bound {
  readonly value: number
  readonly text: string
  readonly inclusive: boolean
}

/** One way in which a field may match; the members of a pattern's array. */
export type Alternative =
  | {readonly operator: 'equals'; readonly string: string; readonly address?: string; readonly written?: 'exactly'}
  | {readonly operator: 'equals'; readonly number: NumberOperand}
  | {readonly operator: 'equals'; readonly literal: LiteralWord}
  | {readonly operator: 'exists'; readonly expected: boolean}
  | {readonly operator: 'prefix' | 'suffix'; readonly value: string; readonly ignoreCase: boolean}
  | {readonly operator: 'equals-ignore-case' | 'wildcard'; readonly value: string}
  | {readonly operator: 'numeric'; readonly equal?: NumberOperand; readonly low?: Bound; readonly high?: Bound}
  | {readonly operator: 'cidr'; readonly value: string; readonly range: AddressRange}
  | {readonly operator: 'anything-but'; readonly list: boolean; readonly strings: readonly string[]}
  | {readonly operator: 'anything-but'; readonly list: boolean; readonly numbers: readonly NumberOperand[]}
  | {
      readonly operator: 'anything-but'
      readonly list: boolean
      readonly inner: InnerOperator
      readonly values: readonly string[]
    }

/** An entry of a pattern's object, in the order of the text; `path` is dotted and starts at the root. */
export type PatternEntry = FieldEntry | NestedEntry | OrEntry

export interface FieldEntry {
  readonly kind: 'field'
  readonly path: string
  readonly alternatives: readonly Alternative[]
}

export interface NestedEntry {
  readonly kind: 'nested'
  readonly path: string
  readonly entries: readonly PatternEntry[]
}

export interface OrEntry {
  readonly kind: 'or'
  readonly path: string
  readonly branches: readonly (readonly PatternEntry[])[]
}
