import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SPACE,
} from '../json/characters.js'
import {NESTING_LIMIT} from '../json/parser-words.js'
import {
  MALFORMED,
  isPlain,
  skipEscape,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  unescape,
} from '../json/skip-value.js'
import {ArrayMark} from './array-element.js'
import type {ArrayElement} from './array-element.js'
import type {FieldNode} from './field-tree.js'
import type {LeafSink} from './findings.js'

/**
 * Walks the JSON text of an event once and hands the values under wanted paths to a sink; the rest is checked and passed.
 * Nothing is copied but strings with escapes and numbers that are wanted.
 */
export class TextScan {
  private text = ''
  private escaped = false
  private plain = false

  constructor(
    private readonly root: FieldNode,
    private readonly sink: LeafSink,
  ) {}

  /** False when the text is not one JSON object. */
  object(text: string): boolean {
    this.text = text
    this.plain = isPlain(text)
    const start = skipSpace(text, 0)
    if (text.charCodeAt(start) !== OPEN_BRACE) return false
    return this.isEnd(this.scanObject(start + 1, this.root, undefined, 1))
  }

  /** The same for any JSON text whose value is that of one field. */
  value(text: string, node: FieldNode): boolean {
    this.text = text
    this.plain = isPlain(text)
    return this.isEnd(this.scanValue(skipSpace(text, 0), node, undefined, 0))
  }

  private isEnd(at: number): boolean {
    return at >= 0 && skipSpace(this.text, at) >= this.text.length
  }

  private scanObject(from: number, node: FieldNode, element: ArrayElement | undefined, depth: number): number {
    if (depth > NESTING_LIMIT) return MALFORMED
    const {text} = this
    let at = skipSpace(text, from)
    if (text.charCodeAt(at) === CLOSE_BRACE) return at + 1
    for (;;) {
      if (text.charCodeAt(at) !== QUOTE) return MALFORMED
      const start = at + 1
      at = this.passString(start)
      if (at < 0) return MALFORMED
      const step = this.escaped ? node.step(unescape(text, start, at - 1)) : node.stepAt(text, start, at - 1)
      if (text.charCodeAt(at) !== COLON) {
        at = skipSpace(text, at)
        if (text.charCodeAt(at) !== COLON) return MALFORMED
      }
      at += 1
      if (text.charCodeAt(at) <= SPACE) at = skipSpace(text, at)
      at = step === undefined ? skipValue(text, at, depth, this.plain) : this.scanValue(at, step, element, depth)
      if (at < 0) return MALFORMED
      let code = text.charCodeAt(at)
      if (code <= SPACE) {
        at = skipSpace(text, at)
        code = text.charCodeAt(at)
      }
      if (code === CLOSE_BRACE) return at + 1
      if (code !== COMMA) return MALFORMED
      at = skipSpace(text, at + 1)
    }
  }

  private scanArray(from: number, node: FieldNode, element: ArrayElement | undefined, depth: number): number {
    if (depth > NESTING_LIMIT) return MALFORMED
    const {text} = this
    let at = skipSpace(text, from)
    if (text.charCodeAt(at) === CLOSE_BRACKET) return at + 1
    let array: ArrayMark | undefined
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        array ??= new ArrayMark()
        at = this.scanValue(at, node, this.sink.enter(array, element), depth)
      } else at = this.scanValue(at, node, element, depth)
      if (at < 0) return MALFORMED
      at = skipSpace(text, at)
      const end = text.charCodeAt(at)
      if (end === CLOSE_BRACKET) break
      if (end !== COMMA) return MALFORMED
      at = skipSpace(text, at + 1)
    }
    if (array !== undefined) this.sink.leave(array)
    return at + 1
  }

  private scanValue(at: number, node: FieldNode, element: ArrayElement | undefined, depth: number): number {
    const {text} = this
    switch (text.charCodeAt(at)) {
      case QUOTE:
        return node.field < 0 ? skipString(text, at + 1, this.plain) : this.leafString(at + 1, node, element)
      case OPEN_BRACE:
        return node.isLast ? skipValue(text, at, depth, this.plain) : this.scanObject(at + 1, node, element, depth + 1)
      case OPEN_BRACKET:
        return this.scanArray(at + 1, node, element, depth + 1)
      case 0x74:
        return this.leafWord(at, 'true', node, element)
      case 0x66:
        return this.leafWord(at, 'false', node, element)
      case 0x6e:
        return this.leafWord(at, 'null', node, element)
      default: {
        const end = skipNumber(text, at)
        if (end >= 0 && node.field >= 0) this.sink.number(node, text.slice(at, end), element)
        return end
      }
    }
  }

  private leafString(start: number, node: FieldNode, element: ArrayElement | undefined): number {
    const {text} = this
    const end = this.passString(start)
    if (end < 0) return MALFORMED
    if (this.escaped) {
      const string = unescape(text, start, end - 1)
      this.sink.string(node, string, 0, string.length, element)
    } else this.sink.string(node, text, start, end - 1, element)
    return end
  }

  private leafWord(
    at: number,
    word: 'true' | 'false' | 'null',
    node: FieldNode,
    element: ArrayElement | undefined,
  ): number {
    if (!this.text.startsWith(word, at)) return MALFORMED
    if (node.field >= 0) this.sink.literal(node, word, element)
    return at + word.length
  }

  /** As skipString, and notes whether there were escapes. */
  private passString(start: number): number {
    const {text} = this
    const {length} = text
    let at = start
    this.escaped = false
    if (this.plain) {
      const quote = text.indexOf('"', start)
      return quote < 0 ? MALFORMED : quote + 1
    }
    while (at < length) {
      const code = text.charCodeAt(at)
      at += 1
      if (code > BACKSLASH) continue
      if (code === QUOTE) return at
      if (code < SPACE) return MALFORMED
      if (code === BACKSLASH) {
        this.escaped = true
        at = skipEscape(text, at)
        if (at < 0) return MALFORMED
      }
    }
    return MALFORMED
  }
}
