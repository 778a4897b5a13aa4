import type {Bound, LiteralWord, NumberOperand} from '../pattern/alternative.js'
import {NoValue} from './matcher.js'
import type {Matcher} from './matcher.js'

/** Any of several numbers: by their doubles, or by their texts where a double would lose digits. */
export class ExactNumbers extends NoValue {
  private readonly values: ReadonlySet<number>
  private readonly texts: ReadonlySet<string>

  constructor(operands: readonly NumberOperand[]) {
    super()
    this.values = new Set(operands.flatMap(({value}) => (value === undefined ? [] : [value])))
    this.texts = new Set(operands.flatMap(({text, value}) => (value === undefined ? [text] : [])))
  }

  override number({text, value}: NumberOperand): boolean {
    return value === undefined ? this.texts.has(text) : this.values.has(value)
  }
}

export class NumberRange extends NoValue {
  constructor(
    private readonly low: Bound | undefined,
    private readonly high: Bound | undefined,
  ) {
    super()
  }

  override number({value}: NumberOperand): boolean {
    if (value === undefined) return false
    const {low, high} = this
    if (low !== undefined && (low.inclusive ? value < low.value : value <= low.value)) return false
    return high === undefined || (high.inclusive ? value <= high.value : value < high.value)
  }
}

export class Literal extends NoValue {
  constructor(private readonly word: LiteralWord) {
    super()
  }

  override literal(word: LiteralWord): boolean {
    return word === this.word
  }
}

/** Any value at all: the field exists. */
export class AnyValue implements Matcher {
  string(): boolean {
    return true
  }

  number(): boolean {
    return true
  }

  literal(): boolean {
    return true
  }
}

/** Every value but those that one of the matchers takes. */
export class Except implements Matcher {
  constructor(private readonly excluded: readonly Matcher[]) {}

  string(text: string, start: number, end: number): boolean {
    for (const matcher of this.excluded) if (matcher.string(text, start, end)) return false
    return true
  }

  number(operand: NumberOperand): boolean {
    for (const matcher of this.excluded) if (matcher.number(operand)) return false
    return true
  }

  literal(): boolean {
    return true
  }
}
