import {expect, test} from 'vitest'
import {tapes} from './campaigns.js'

const SEEDS = [1, 2, 3, 4, 5, 6]

test.concurrent.each([
  ['standard', false],
  ['FIFO', true],
])(
  '%s queues: nothing is lost, and nothing doubled that is not listed, through tapes of faults',
  async (_, fifo) => {
    const figures = await tapes(SEEDS, {fifo, factor: 30})
    expect(figures.failures).toEqual([])
    expect(figures.ok).toBe(true)
    expect(figures.injections.size).toBeGreaterThan(20)
  },
  120_000,
)
