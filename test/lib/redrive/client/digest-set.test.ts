import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {DigestSet} from '../../../../src/lib/redrive/client/digest-set.js'

/** 32 hexadecimal digits whose first twelve take few values, so that many fall on the same slot. */
const digest = fc
  .tuple(fc.constantFrom('00000000', '00000001', 'ffffffff', '80000000'), fc.nat(0xffff))
  .map(([high, low]) => high + low.toString(16).padStart(4, '0') + '0'.repeat(20))
/** The digest whose mark would be that of an empty slot is kept as another one. */
const marked = (hex: string) => (hex.slice(8, 12) === '0000' ? `${hex.slice(0, 8)}0001` : hex.slice(0, 12))

describe('DigestSet', () => {
  test('has what was added and nothing else, however much it grows', () => {
    fc.assert(
      fc.property(
        fc.array(digest, {maxLength: 3000, size: 'max'}),
        fc.array(digest, {maxLength: 50}),
        fc.nat(4000),
        (added, others, expected) => {
          const set = new DigestSet(expected)
          for (const hex of added) set.add(hex)
          const reference = new Set(added.map(marked))
          expect(set.size).toBe(reference.size)
          for (const hex of [...added, ...others]) expect(set.has(hex)).toBe(reference.has(marked(hex)))
        },
      ),
      {numRuns: 30},
    )
  })

  test('tells digests apart that differ in their first twelve digits only', () => {
    const set = new DigestSet()
    set.add('d41d8cd98f00b204e9800998ecf8427e')
    expect(set.has('d41d8cd98f00b204e9800998ecf8427e')).toBe(true)
    expect(set.has('d41d8cd98f01b204e9800998ecf8427e')).toBe(false)
    expect(set.has('d41d8cd88f00b204e9800998ecf8427e')).toBe(false)
  })
})
