import {randomUUID} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {UuidTable} from '../../../../src/lib/redrive/seen/uuid-table.js'

describe('UuidTable', () => {
  it('holds what a Map would, through every growth', () => {
    const table = new UuidTable()
    const map = new Map<string, number>()
    for (let count = 0; count < 20_000; count++) {
      const id = randomUUID()
      table.update(id, () => (count % 255) + 1)
      map.set(id, (count % 255) + 1)
    }
    for (const id of [...map.keys()].slice(0, 5000)) {
      table.update(id, () => 7)
      map.set(id, 7)
    }
    expect(table.size).toBe(20_000)
    expect(new Map(table.entries())).toEqual(map)
    expect(table.get(randomUUID())).toBe(0)
  })

  it('keeps neighbours apart', () => {
    const table = new UuidTable()
    const ids = Array.from(
      {length: 4096},
      (_, index) => `00000000-0000-0000-0000-${index.toString(16).padStart(12, '0')}`,
    )
    ids.forEach((id, index) => table.update(id, () => (index % 200) + 1))
    expect(ids.map(id => table.get(id))).toEqual(ids.map((_, index) => (index % 200) + 1))
  })

  it.each([
    ['in capitals', '5FEA7756-0EA4-451A-A703-A558B933E274'],
    ['of another form', 'message-1'],
    ['with a dash elsewhere', '5fea77560-ea4-451a-a703-a558b933e274'],
    ['the name of a property', '__proto__'],
  ])('takes an id %s as it is', (_, id) => {
    const table = new UuidTable()
    table.update(id, () => 3)
    table.update('5fea7756-0ea4-451a-a703-a558b933e274', () => 4)
    expect(new Map(table.entries())).toEqual(
      new Map([
        [id, 3],
        ['5fea7756-0ea4-451a-a703-a558b933e274', 4],
      ]),
    )
    expect(table.get(id)).toBe(3)
  })
})
