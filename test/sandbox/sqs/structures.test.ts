import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Deque} from '../../../src/sandbox/sqs/deque.js'
import {MinHeap} from '../../../src/sandbox/sqs/min-heap.js'

describe('MinHeap', () => {
  it('gives its values in order, whatever was pushed, popped and dropped', () => {
    const step = fc.oneof(
      {weight: 4, arbitrary: fc.record({kind: fc.constant('push' as const), value: fc.integer({min: 0, max: 50})})},
      {weight: 2, arbitrary: fc.record({kind: fc.constant('pop' as const)})},
      {weight: 1, arbitrary: fc.record({kind: fc.constant('keepEven' as const)})},
    )
    fc.assert(
      fc.property(fc.array(step, {maxLength: 200}), steps => {
        const heap = new MinHeap<{value: number}>((a, b) => a.value < b.value)
        let model: number[] = []
        for (const action of steps) {
          if (action.kind === 'push') {
            heap.push({value: action.value})
            model.push(action.value)
          } else if (action.kind === 'pop') {
            model.sort((a, b) => a - b)
            expect(heap.pop()?.value).toBe(model.shift())
          } else {
            heap.keep(({value}) => value % 2 === 0)
            model = model.filter(value => value % 2 === 0)
          }
          expect(heap.size).toBe(model.length)
          expect(heap.peek()?.value).toBe(model.length === 0 ? undefined : Math.min(...model))
        }
      }),
    )
  })
})

describe('Deque', () => {
  it('is an array with cheap ends', () => {
    const step = fc.oneof(
      {weight: 4, arbitrary: fc.record({kind: fc.constant('push' as const), count: fc.integer({min: 1, max: 900})})},
      {weight: 4, arbitrary: fc.record({kind: fc.constant('shift' as const), count: fc.integer({min: 1, max: 900})})},
      {weight: 2, arbitrary: fc.record({kind: fc.constant('unshift' as const), count: fc.integer({min: 1, max: 3})})},
      {weight: 1, arbitrary: fc.record({kind: fc.constant('keepEven' as const), count: fc.constant(1)})},
    )
    fc.assert(
      fc.property(fc.array(step, {maxLength: 30}), steps => {
        const deque = new Deque<number>()
        let model: number[] = []
        let next = 0
        for (const {kind, count} of steps) {
          for (let times = 0; times < count; times += 1) {
            next += 1
            if (kind === 'push') {
              deque.push(next)
              model.push(next)
            } else if (kind === 'unshift') {
              deque.unshift(next)
              model.unshift(next)
            } else if (kind === 'shift') {
              if (deque.shift() !== model.shift()) throw new Error('shifted another value')
            } else {
              deque.keep(value => value % 2 === 0)
              model = model.filter(value => value % 2 === 0)
            }
          }
          expect(deque.length).toBe(model.length)
          expect([deque.at(0), deque.at(1), deque.at(model.length - 1)]).toEqual([model[0], model[1], model.at(-1)])
        }
        expect(Array.from({length: deque.length}, (_, index) => deque.at(index))).toEqual(model)
      }),
      {numRuns: 50},
    )
  })
})
