import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {JsonNumber} from '../../../../src/lib/selection/expression/decimal.js'
import {
  compareDecimals,
  compareNumbers,
  exactDouble,
  exactResult,
  numberOf,
} from '../../../../src/lib/selection/expression/decimal.js'
import {Steps} from '../../../../src/lib/selection/expression/steps.js'

const compare = (left: JsonNumber, right: JsonNumber): number => Math.sign(compareNumbers(left, right, new Steps()))

describe('compareDecimals', () => {
  it.each([
    ['9007199254740993', '9007199254740992', 1],
    ['9007199254740992', '9007199254740993', -1],
    ['-9007199254740993', '-9007199254740992', -1],
    ['1', '1.0', 0],
    ['1e2', '100', 0],
    ['0.1', '1E-1', 0],
    ['-0', '0.000e7', 0],
    ['+.5', '0.50', 0],
    ['007', '7.', 0],
    ['0.1000000000000000055', '0.1', 1],
    ['1e400', '1e399', 1],
    ['-1e400', '1', -1],
    ['12', '123', -1],
    ['0.012', '0.0123', -1],
  ])('%s against %s is %i', (left, right, sign) => {
    expect(Math.sign(compareDecimals(left, right) ?? NaN)).toBe(sign)
  })

  it.each(['', '.', '-', 'e5', '1e', '0x10', ' 1', '1 ', 'NaN', 'Infinity', '1e9999999999999', '1.2.3', '--1'])(
    '%j is no number',
    text => {
      expect(compareDecimals(text, '1')).toBeUndefined()
    },
  )

  it('agrees with BigInt on whole numbers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({min: -(10n ** 40n), max: 10n ** 40n}), fc.bigInt({min: -3n, max: 3n}), (base, more) => {
        const [left, right] = [numberOf(String(base)), numberOf(String(base + more))]
        expect(compare(left, right)).toBe(more === 0n ? 0 : more > 0n ? -1 : 1)
      }),
    )
  })
})

describe('numberOf', () => {
  it('is a double only where its text comes back', () => {
    for (const text of ['0', '-1', '12.5', '999999999999999', '1e+21', '5e-324'])
      expect(numberOf(text)).toBe(Number(text))
    for (const text of ['-0', '1.50', '1e21', '9007199254740993', '0.30000000000000002']) {
      expect(numberOf(text)).toEqual({text})
    }
  })
})

describe('arithmetic', () => {
  it('takes a number that a double is, and refuses another', () => {
    expect(exactDouble(numberOf('1.50'))).toBe(1.5)
    expect(exactDouble(numberOf('-0'))).toBe(0)
    expect(() => exactDouble(numberOf('9007199254740993'))).toThrow('9007199254740993 cannot be computed with exactly')
    expect(() => exactDouble(numberOf('1e400'))).toThrow('1e400 cannot be computed with exactly')
  })

  it('refuses a result past what a double counts', () => {
    expect(exactResult(9007199254740991)).toBe(9007199254740991)
    expect(() => exactResult(9007199254740992)).toThrow('out of the range of exact numbers')
    expect(() => exactResult(Infinity)).toThrow('out of the range of exact numbers')
    expect(() => exactResult(NaN)).toThrow('out of the range of exact numbers')
  })
})
