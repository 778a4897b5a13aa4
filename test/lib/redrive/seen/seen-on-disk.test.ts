import {randomUUID} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {SeenOnDisk} from '../../../../src/lib/redrive/seen/seen-on-disk.js'
import {Shelf} from '../../../chaos/model/shelf.js'

/** Few ids, so that many come again, some of them neighbours, some no UUIDs. */
const id = fc.oneof(
  {weight: 6, arbitrary: fc.nat(400).map(n => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`)},
  {weight: 2, arbitrary: fc.nat(400).map(n => `${n.toString(16).padStart(8, '0')}-aaaa-4bbb-8ccc-000000000000`)},
  {weight: 1, arbitrary: fc.constantFrom('message-1', '__proto__', '', '5FEA7756-0EA4-451A-A703-A558B933E274')},
)

describe('SeenOnDisk', () => {
  test('has every bit that was marked and no other, wherever it went', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(id, fc.constantFrom(1, 2, 4)), {maxLength: 800, size: 'max'}),
        fc.integer({min: 1, max: 40}),
        fc.array(fc.boolean(), {minLength: 1, maxLength: 5}),
        fc.nat(3000),
        (marks, mostInMemory, takes, expected) => {
          const seen = new SeenOnDisk(new Shelf(append => takes[append % takes.length] ?? true), expected, mostInMemory)
          const reference = new Map<string, number>()
          for (const [key, bits] of marks) {
            seen.mark(key, bits)
            reference.set(key, (reference.get(key) ?? 0) | bits)
            expect(seen.get(key)).toBe(reference.get(key))
          }
          for (let n = 0; n <= 400; n++) {
            const key = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
            expect(seen.get(key)).toBe(reference.get(key) ?? 0)
          }
          for (const [key, bits] of reference) expect(seen.get(key)).toBe(bits)
        },
      ),
      {numRuns: 40},
    )
  })

  test('knows of nearly all new ids without a look at the disk that they are new', () => {
    const shelf = new Shelf()
    const seen = new SeenOnDisk(shelf, 1000, 1000)
    const ids = Array.from({length: 10_000}, () => randomUUID())
    for (const messageId of ids) seen.mark(messageId, 1)
    // 17 bytes a slot, of which four in five are taken.
    expect(shelf.bytes.length).toBeGreaterThan(10_000 * 17)
    expect(shelf.bytes.length).toBeLessThan(10_000 * 17 * 3)
    for (let count = 0; count < 10_000; count++) expect(seen.get(randomUUID())).toBe(0)
    // 10 batches, and one look in 46 by design, of two reads: about 4,300.
    expect(shelf.reads).toBeLessThan(6500)
    expect(shelf.reads).toBeGreaterThan(2200)
    // In tables this full some are far behind their slot, and some past the end of the table.
    expect(ids.filter(messageId => seen.get(messageId) !== 1)).toEqual([])
  })

  test('keeps in memory what the disk does not take, and asks again when that has doubled', () => {
    const asked: number[] = []
    let marked = 0
    const seen = new SeenOnDisk(
      new Shelf(() => {
        asked.push(marked)
        return asked.length === 3
      }),
      0,
      100,
    )
    const ids = Array.from({length: 500}, () => randomUUID())
    for (const messageId of ids) {
      marked++
      seen.mark(messageId, 1)
    }
    expect(asked).toEqual([100, 200, 400, 500])
    expect(ids.filter(messageId => seen.get(messageId) !== 1)).toEqual([])
  })

  test('does not take what cannot be read for new', () => {
    const shelf = new Shelf()
    const seen = new SeenOnDisk(shelf, 0, 10)
    const ids = Array.from({length: 10}, () => randomUUID())
    for (const messageId of ids) seen.mark(messageId, 1)
    shelf.close()
    for (const messageId of ids) expect(() => seen.get(messageId)).toThrow(RangeError)
  })
})
