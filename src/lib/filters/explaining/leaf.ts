import type {LiteralWord} from '../pattern/alternative.js'
import {comparableNumber} from '../values/comparable-number.js'
import {ArrayElement} from '../matching/array-element.js'
import type {ArrayMark} from '../matching/array-element.js'
import type {FieldNode} from '../matching/field-tree.js'
import type {LeafSink} from '../matching/findings.js'
import type {Matcher} from '../matching/matcher.js'

/** A value found under a path: a string's characters, a number's text, or a word. */
export type Leaf =
  | {readonly kind: 'string'; readonly text: string}
  | {readonly kind: 'number'; readonly text: string}
  | {readonly kind: 'literal'; readonly text: LiteralWord}

/** Keeps every value by its path. */
export class Leaves implements LeafSink {
  private readonly byPath = new Map<string, Leaf[]>()

  at(path: string): readonly Leaf[] {
    return this.byPath.get(path) ?? []
  }

  string(node: FieldNode, text: string, start: number, end: number): void {
    this.add(node, {kind: 'string', text: text.slice(start, end)})
  }

  number(node: FieldNode, text: string): void {
    this.add(node, {kind: 'number', text})
  }

  literal(node: FieldNode, word: LiteralWord): void {
    this.add(node, {kind: 'literal', text: word})
  }

  enter(array: ArrayMark, parent: ArrayElement | undefined): ArrayElement {
    return new ArrayElement(array, parent, 0)
  }

  leave(): void {
    // Which elements go together is the decision's to say.
  }

  private add({tests}: FieldNode, leaf: Leaf): void {
    const path = tests[0]?.path ?? ''
    const known = this.byPath.get(path)
    if (known === undefined) this.byPath.set(path, [leaf])
    else known.push(leaf)
  }
}

/** A value as JSON text, shortened where it is long. */
export function leafText({kind, text}: Leaf): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return kind === 'string' ? JSON.stringify(shown) : shown
}

export function takes(matcher: Matcher, leaf: Leaf): boolean {
  switch (leaf.kind) {
    case 'string':
      return matcher.string(leaf.text, 0, leaf.text.length)
    case 'number':
      return matcher.number({text: leaf.text, value: comparableNumber(leaf.text)})
    case 'literal':
      return matcher.literal(leaf.text)
  }
}
