import type {LiteralWord, NumberOperand} from '../pattern/alternative.js'
import {comparableNumber} from '../values/comparable-number.js'
import {ArrayElement, Places} from './array-element.js'
import type {ArrayMark} from './array-element.js'
import type {FieldNode, FieldTest} from './field-tree.js'
import type {Program} from './program.js'

/** Is told the values of an event that lie at the end of a wanted path; `element` is the array element around a value, if any. */
export interface LeafSink {
  string(node: FieldNode, text: string, start: number, end: number, element: ArrayElement | undefined): void
  number(node: FieldNode, text: string, element: ArrayElement | undefined): void
  literal(node: FieldNode, word: LiteralWord, element: ArrayElement | undefined): void
  /** Begins an element of an array. */
  enter(array: ArrayMark, parent: ArrayElement | undefined): ArrayElement
  /** Ends an array. */
  leave(array: ArrayMark): void
}

/** What was found in one event. Kept from event to event: a stamp tells what belongs to the present one. */
export class Findings implements LeafSink {
  private readonly metAt: Int32Array
  private readonly seenAt: Int32Array
  private readonly metIn: (Places | undefined)[] = []
  private readonly seenIn: (Places | undefined)[] = []
  private readonly watched: Uint8Array
  private stamp = 0
  private count = 0
  /** Whether anything was found in an element of an array. */
  inArrays = false

  constructor({tests, fields}: Program) {
    this.metAt = new Int32Array(tests.length)
    this.seenAt = new Int32Array(fields)
    this.watched = new Uint8Array(fields)
    for (const test of tests) if (test.absent) this.watched[test.field] = 1
  }

  begin(): void {
    this.stamp += 1
    if (this.stamp === 0x7fff_ffff) {
      this.metAt.fill(0)
      this.seenAt.fill(0)
      this.stamp = 1
    }
    if (this.inArrays) {
      this.inArrays = false
      this.metIn.length = 0
      this.seenIn.length = 0
    }
    this.count = 0
  }

  /** Whether a value outside of array elements meets the test. */
  isMet(test: FieldTest): boolean {
    return this.metAt[test.index] === this.stamp
  }

  /** Whether the field has a value outside of array elements. */
  isSeen(test: FieldTest): boolean {
    return this.seenAt[test.field] === this.stamp
  }

  /** The array elements with a value that meets the test. */
  placesMet(test: FieldTest): Places | undefined {
    return this.metIn[test.index]
  }

  /** The array elements in which the field has a value. */
  placesSeen(test: FieldTest): Places | undefined {
    return this.seenIn[test.field]
  }

  enter(array: ArrayMark, parent: ArrayElement | undefined): ArrayElement {
    this.count += 1
    return new ArrayElement(array, parent, this.count)
  }

  leave(array: ArrayMark): void {
    array.last = this.count
  }

  string(node: FieldNode, text: string, start: number, end: number, element: ArrayElement | undefined): void {
    if (element !== undefined || this.watched[node.field] === 1) this.see(node, element)
    const {tests} = node
    for (const test of tests) {
      if (this.metAt[test.index] === this.stamp && element === undefined) continue
      for (const matcher of test.matchers) {
        if (matcher.string(text, start, end)) {
          this.meet(test, element)
          break
        }
      }
    }
  }

  number(node: FieldNode, text: string, element: ArrayElement | undefined): void {
    this.operand(node, {text, value: comparableNumber(text)}, element)
  }

  operand(node: FieldNode, operand: NumberOperand, element: ArrayElement | undefined): void {
    this.see(node, element)
    for (const test of node.tests) {
      for (const matcher of test.matchers) {
        if (matcher.number(operand)) {
          this.meet(test, element)
          break
        }
      }
    }
  }

  literal(node: FieldNode, word: LiteralWord, element: ArrayElement | undefined): void {
    this.see(node, element)
    for (const test of node.tests) {
      for (const matcher of test.matchers) {
        if (matcher.literal(word)) {
          this.meet(test, element)
          break
        }
      }
    }
  }

  private see(node: FieldNode, element: ArrayElement | undefined): void {
    if (element === undefined) this.seenAt[node.field] = this.stamp
    else {
      this.inArrays = true
      this.count += 1
      if (this.watched[node.field] === 1) (this.seenIn[node.field] ??= new Places()).add(element, this.count)
    }
  }

  private meet(test: FieldTest, element: ArrayElement | undefined): void {
    if (element === undefined) this.metAt[test.index] = this.stamp
    else (this.metIn[test.index] ??= new Places()).add(element, this.count)
  }
}
