import {expect, test} from 'vitest'
import {Figures} from '../figures.js'
import {lineOf, totalsOf} from './report.js'

function some(): Figures {
  const figures = new Figures()
  Object.assign(figures.sums, {cases: 2, runs: 9, kills: 3, messages: 500, delivered: 480, duplicated: 12})
  figures.addInjections([
    ['throttle SendMessageBatch', 40],
    ['reset-after SendMessageBatch', 2],
    ['reset-after ReceiveMessage', 7],
  ])
  figures.addKills([
    ['beforeDelete', 2],
    ['random, by the clock', 1],
  ])
  return figures
}

test('a job is a line', () => {
  expect(lineOf('flood 4', some(), 12.4)).toBe(
    'ok     flood 4: 500 messages; 480 moved; 9 runs; 3 kills; 49 faults; 12 doubled, listed; 12 s\n',
  )
})

test('the sums have the faults by kind and operation, and the kills by place', () => {
  const text = totalsOf(some())
  expect(text).toContain(
    [
      '             ReceiveMessage  SendMessageBatch',
      'reset-after               7                 2',
      'throttle                  -                40',
    ].join('\n'),
  )
  expect(text).toContain('beforeDelete          2\nrandom, by the clock  1\n')
  expect(text).toMatch(/^faults injected +49$/m)
  expect(text).toMatch(/^pairs of a fault and an operation +3$/m)
  expect(text).toMatch(/^lost +0$/m)
})

test('a broken promise is a line that says so, and a figure', () => {
  const figures = some()
  figures.sums.lost = 1
  expect(lineOf('flood 4', figures, 1)).toMatch(/^FAILED flood 4/)
  expect(totalsOf(figures)).toMatch(/^lost +1$/m)
})
