import {describe, expect, test} from 'vitest'
import {sieveOf, undecidedWarnings} from '../../../src/lib/selection/sieve.js'
import {message} from './message.js'

describe('a sieve', () => {
  test('without a selection lets everything through', async () => {
    for (const flags of [undefined, {}]) {
      const sieve = await sieveOf(flags)
      expect([sieve.selects, sieve.lets(message()), sieve.lets(message()), sieve.count]).toEqual([false, true, true, 2])
      expect(sieve.sifted()).toEqual({selection: null, matched: 2, undecided: 0, firstUndecided: null})
      expect(undecidedWarnings(sieve.sifted())).toEqual([])
    }
  })

  test('lets through what matches, and counts apart what cannot be judged', async () => {
    const sieve = await sieveOf({where: 'length(body.items) > `1`'})
    expect(sieve.selects).toBe(true)
    const bodies = ['{"items":[1,2]}', '{"items":[1]}', '{"items":7}', '{"items":[1,2,3]}', '{"items":8}']
    const verdicts = bodies.map((body, index) => sieve.lets(message({messageId: `m${index}`, body})))
    expect(verdicts).toEqual([true, false, false, true, false])
    const sifted = sieve.sifted()
    expect(sifted).toMatchObject({
      selection: 'messages where length(body.items) > `1`',
      matched: 2,
      undecided: 2,
      firstUndecided: {messageId: 'm2'},
    })
    const {reason} = sifted.firstUndecided!
    expect(reason).toMatch(/^--where: /)
    expect(undecidedWarnings(sifted)).toEqual([
      `Whether 2 messages match could not be told, and they are not shown; the first is m2: ${reason}`,
    ])
    expect(undecidedWarnings({...sifted, undecided: 1})).toEqual([
      `Whether m2 matches could not be told, and it is not shown: ${reason}`,
    ])
  })

  test('refuses what is no selection', async () => {
    await expect(sieveOf({match: '('})).rejects.toMatchObject({code: 'SelectionInvalid', exitCode: 2})
  })
})
