import {expect, test} from 'vitest'
import type {FaultKind} from '../tape.js'
import {Luck, type LuckOptions} from './luck.js'

const EVEN: LuckOptions = {seed: 5, rateOf: () => 0.5, weightOf: () => 1}

function drawn(luck: Luck, operations: readonly string[]): (FaultKind | undefined)[] {
  return operations.map(operation => luck.next(operation))
}

const sends = Array.from({length: 2000}, () => 'SendMessageBatch')
const receives = Array.from({length: 2000}, () => 'ReceiveMessage')

test('the same seed spoils the same requests, another seed others', () => {
  const first = drawn(new Luck(EVEN), sends)
  expect(drawn(new Luck(EVEN), sends)).toEqual(first)
  expect(drawn(new Luck({...EVEN, seed: 6}), sends)).not.toEqual(first)
})

test('a rate of one spoils every request, of nought none, and the tape tells each', () => {
  const luck = new Luck({...EVEN, rateOf: operation => (operation === 'SendMessageBatch' ? 1 : 0)})
  expect(luck.next('GetQueueUrl')).toBeUndefined()
  const kind = luck.next('SendMessageBatch')
  expect(kind).toBeDefined()
  expect(luck.tape).toEqual([`2 ${kind ?? ''} SendMessageBatch`])
})

test('what weighs nothing never comes, and no operation has a fault that it cannot have', () => {
  const luck = new Luck({...EVEN, weightOf: kind => (kind === 'throttle' || kind === 'partial-batch' ? 1 : 0)})
  expect(new Set(drawn(luck, sends))).toEqual(new Set([undefined, 'throttle', 'partial-batch']))
  expect(new Set(drawn(luck, receives.slice(0, 20)))).toEqual(new Set([undefined, 'throttle']))
})

test('a redrive that only polls is let alone, or it would never see an empty queue', () => {
  const luck = new Luck({...EVEN, rateOf: () => 1})
  const spoilt = (kinds: readonly unknown[]): number => kinds.filter(kind => kind !== undefined).length
  expect(spoilt(drawn(luck, receives.slice(0, 20)))).toBe(20)
  // Three of a hundred.
  expect(spoilt(drawn(luck, receives))).toBeLessThan(120)
  expect(spoilt(drawn(luck, sends))).toBe(2000)
})

test('an end is an end', () => {
  const luck = new Luck({...EVEN, rateOf: () => 1})
  luck.end()
  expect(luck.next('SendMessageBatch')).toBeUndefined()
})
