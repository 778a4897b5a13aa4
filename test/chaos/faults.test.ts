import {expect, test} from 'vitest'
import {wholeDeck} from './campaigns.js'
import {FAULTS, suits} from './tape.js'

const OPERATIONS = ['SendMessageBatch', 'DeleteMessageBatch']
const PAIRS = OPERATIONS.flatMap(operation => FAULTS.filter(kind => suits(kind, operation)))

test.concurrent.each([
  ['standard', false],
  ['FIFO', true],
])(
  '%s queues: every fault of a send and of a delete loses nothing and doubles nothing unlisted',
  async (_, fifo) => {
    const figures = await wholeDeck(1, {fifo, factor: 60, operations: OPERATIONS, cases: 20})
    expect(figures.failures).toEqual([])
    expect(figures.injections.size).toBe(PAIRS.length)
  },
  120_000,
)
