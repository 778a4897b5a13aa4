import {PatternRefusal} from '../errors.js'
import type {TextLocation} from '../errors.js'
import {
  CARRIAGE_RETURN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  SLASH,
  SPACE,
  TAB,
  ZERO,
  isDigit,
} from './characters.js'
import {
  CLOSE_MARKER,
  EXPECTED_VALUES,
  MAYBE_COMMENT,
  NESTING_LIMIT,
  NO_PLUS,
  illegalCharacter,
  isWordPart,
  isWordStart,
  nestingRefusal,
  quotedPlace,
  unexpectedCharacter,
  unexpectedInNumber,
  unrecognizedToken,
} from './parser-words.js'
import {scanNumber} from './scan-number.js'
import {scanString} from './scan-string.js'

export type Token = '{' | '}' | '[' | ']' | 'name' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end'

interface Context {
  readonly kind: 'Object' | 'Array'
  readonly line: number
  readonly column: number
  entries: number
}

/**
 * Reads JSON token by token where AWS's parser (Jackson, over a string) does, so that `location()` is the place AWS reports:
 * a name is handed over after the first part of its value was read, and the inside of a string is read only when it is asked for or passed.
 * Throws PatternRefusal in the parser's words.
 */
export class TokenReader {
  private at = 0
  private line = 1
  private lineStart = 0
  private tokenLine = 1
  private tokenColumn = 1
  private readonly contexts: Context[] = []
  private current: Token | undefined
  private afterName: Token | undefined
  private unread = false
  private value = ''
  private name = ''

  constructor(private readonly source: string) {}

  get token(): Token | undefined {
    return this.current
  }

  /** Text of the token just read: the name, the string's characters, the number as written, or the mark itself. */
  text(): string {
    if (this.unread) this.value = this.readString('value')
    switch (this.current) {
      case 'name':
        return this.name
      case 'string':
      case 'number':
        return this.value
      case undefined:
      case 'end':
        return ''
      default:
        return this.current
    }
  }

  /** The name of the member that was begun last. */
  get fieldName(): string {
    return this.name
  }

  location(): TextLocation {
    return {line: this.line, column: this.at - this.lineStart + 1}
  }

  refuse(reason: string): never {
    throw new PatternRefusal(reason, this.location())
  }

  next(): Token {
    if (this.afterName !== undefined) {
      const token = this.afterName
      this.afterName = undefined
      return this.take(token)
    }
    if (this.unread) this.readString('value')
    let code = this.skipSpace()
    if (code < 0) return this.end()
    if (code === CLOSE_BRACKET || code === CLOSE_BRACE) return this.close(code)
    const context = this.contexts.at(-1)
    if (context !== undefined) {
      context.entries += 1
      if (context.entries > 1) code = this.skipComma(code, context)
      if (context.kind === 'Object') return this.readMember(code, context)
    }
    return this.take(this.readValue(code))
  }

  private take(token: Token): Token {
    if (token === '{' || token === '[') {
      if (this.contexts.length >= NESTING_LIMIT) this.refuse(nestingRefusal(this.contexts.length + 1))
      const kind = token === '{' ? 'Object' : 'Array'
      this.contexts.push({kind, line: this.tokenLine, column: this.tokenColumn, entries: 0})
    }
    this.current = token
    return token
  }

  private end(): Token {
    const context = this.contexts.at(-1)
    if (context !== undefined) {
      this.refuse(
        `Unexpected end-of-input: expected close marker for ${context.kind} (start marker at ${this.startOf(context)})`,
      )
    }
    this.current = 'end'
    return 'end'
  }

  private close(code: number): Token {
    const context = this.contexts.at(-1)
    const token = code === CLOSE_BRACE ? '}' : ']'
    const expected = context?.kind === 'Object' ? '}' : ']'
    if (context === undefined || token !== expected) {
      const other = token === '}' ? ']' : '}'
      this.refuse(
        context === undefined
          ? `${CLOSE_MARKER} '${token}': no open ${token === '}' ? 'Object' : 'Array'} to close`
          : `${CLOSE_MARKER} '${token}': expected '${other}' (for ${context.kind} starting at ${this.startOf(context)})`,
      )
    }
    this.contexts.pop()
    this.current = token
    return token
  }

  private startOf({line, column}: Context): string {
    return quotedPlace(this.source, line, column)
  }

  private skipComma(code: number, context: Context): number {
    if (code !== COMMA) {
      this.refuse(unexpectedCharacter(code, `was expecting comma to separate ${context.kind} entries`))
    }
    return this.skipSpaceWithin(context)
  }

  private skipSpaceWithin(context: Context): number {
    const code = this.skipSpace()
    if (code < 0) this.refuse(`Unexpected end-of-input within/between ${context.kind} entries`)
    return code
  }

  private readMember(code: number, context: Context): Token {
    if (code !== QUOTE) this.refuse(unexpectedCharacter(code, 'was expecting double-quote to start field name'))
    this.name = this.readString('name')
    const colon = this.skipSpaceWithin(context)
    if (colon !== COLON) {
      this.refuse(unexpectedCharacter(colon, 'was expecting a colon to separate field name and value'))
    }
    const value = this.skipSpaceWithin(context)
    this.afterName = this.readValue(value)
    this.current = 'name'
    return 'name'
  }

  private readValue(code: number): Token {
    this.tokenLine = this.line
    this.tokenColumn = this.at - this.lineStart
    switch (code) {
      case QUOTE:
        this.unread = true
        return 'string'
      case OPEN_BRACE:
        return '{'
      case OPEN_BRACKET:
        return '['
      case 0x74:
        return this.readWord('true')
      case 0x66:
        return this.readWord('false')
      case 0x6e:
        return this.readWord('null')
      default:
        return code === MINUS || isDigit(code) ? this.readNumber() : this.refuseValue(code)
    }
  }

  private readWord(word: 'true' | 'false' | 'null'): Token {
    const start = this.at - 1
    let length = 1
    while (length < word.length && this.source.charCodeAt(start + length) === word.charCodeAt(length)) length += 1
    this.at = start + length
    const after = this.source.charCodeAt(this.at)
    if (length < word.length || (after >= ZERO && isWordPart(after))) this.refuseWord(start, this.at)
    return word
  }

  private readNumber(): Token {
    const start = this.at - 1
    const scanned = scanNumber(this.source, start)
    this.at = scanned.end
    if (scanned.refusal !== undefined) this.refuse(scanned.refusal)
    this.value = this.source.slice(start, scanned.end)
    if (this.contexts.length === 0 && this.at < this.source.length) {
      const code = this.source.charCodeAt(this.at)
      if (code !== SPACE && code !== TAB && code !== LINE_FEED && code !== CARRIAGE_RETURN) {
        this.refuse(unexpectedCharacter(code, 'Expected space separating root-level values'))
      }
    }
    return 'number'
  }

  private refuseValue(code: number): never {
    if (code === CLOSE_BRACE) this.refuse(unexpectedCharacter(code, 'expected a value'))
    if (code === PLUS) this.refuse(unexpectedInNumber(code, NO_PLUS))
    if (isWordStart(code)) this.refuseWord(this.at - 1, this.at)
    this.refuse(unexpectedCharacter(code, `expected a valid value ${EXPECTED_VALUES}`))
  }

  private refuseWord(start: number, from: number): never {
    let end = from
    while (end < this.source.length && end - start < 256 && isWordPart(this.source.charCodeAt(end))) end += 1
    this.at = end
    const word = this.source.slice(start, end)
    const cut = end - start >= 256 ? '...' : ''
    this.refuse(unrecognizedToken(word + cut))
  }

  /** The code of the next character that is no space, passed; -1 at the end. */
  private skipSpace(): number {
    while (this.at < this.source.length) {
      const code = this.source.charCodeAt(this.at)
      this.at += 1
      if (code > SPACE) {
        if (code === SLASH) this.refuse(unexpectedCharacter(code, MAYBE_COMMENT))
        return code
      }
      if (code === LINE_FEED) this.startLine()
      else if (code === CARRIAGE_RETURN) {
        if (this.source.charCodeAt(this.at) === LINE_FEED) this.at += 1
        this.startLine()
      } else if (code !== SPACE && code !== TAB) this.refuse(illegalCharacter(code))
    }
    return -1
  }

  private startLine(): void {
    this.line += 1
    this.lineStart = this.at
  }

  /** Reads a string whose opening quote is behind, to after its closing one. */
  private readString(what: 'name' | 'value'): string {
    this.unread = false
    const {end, value, refusal} = scanString(this.source, this.at, what)
    this.at = end
    if (refusal !== undefined) this.refuse(refusal)
    return value
  }
}
