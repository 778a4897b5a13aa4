import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Lines} from '../../../../src/lib/selection/program/lines.js'

const texts = (lines: Iterable<Uint8Array>): string[] => Array.from(lines, line => Buffer.from(line).toString())

describe('Lines', () => {
  it('cuts the same lines however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom('a', 'é', '\n', '\r')}), fc.array(fc.nat(10)), (text, cuts) => {
        const lines = new Lines(1000)
        const found: string[] = []
        let bytes = Buffer.from(text)
        for (const cut of cuts) {
          found.push(...texts(lines.push(bytes.subarray(0, cut))))
          bytes = bytes.subarray(cut)
        }
        found.push(...texts(lines.push(bytes)), ...texts(lines.rest()))
        expect(found).toEqual(text.split('\n').filter(line => line !== ''))
      }),
    )
  })

  it('refuses a line that is too long, with its end or without', () => {
    expect(texts(new Lines(3).push(Buffer.from('abc\ndef\n')))).toEqual(['abc', 'def'])
    expect(() => texts(new Lines(3).push(Buffer.from('abcd\n')))).toThrow('a line is longer than 3 bytes')
    const lines = new Lines(3)
    expect(texts(lines.push(Buffer.from('ab')))).toEqual([])
    expect(() => texts(lines.push(Buffer.from('cd')))).toThrow(RangeError)
    expect(() => texts(lines.push(Buffer.from('e')))).toThrow(RangeError)
  })
})
