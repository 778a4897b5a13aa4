import {fileURLToPath} from 'node:url'
import {describe, expect, it, test, vi} from 'vitest'
import {soak} from './soak/run.js'
import {growth, type Sample} from './soak/samples.js'
import {slope} from './soak/slope.js'

const MEBIBYTE = 1_048_576

describe('the slope of a line', () => {
  test.each([
    [
      'through every point',
      [
        [0, 1],
        [1, 3],
        [2, 5],
      ],
      2,
    ],
    [
      'between them',
      [
        [0, 0],
        [1, 2],
        [2, 1],
      ],
      0.5,
    ],
    [
      'that falls',
      [
        [1, 4],
        [3, 0],
      ],
      -2,
    ],
    ['of one point', [[1, 4]], 0],
    ['of none', [], 0],
  ] as const)('%s', (_, points, expected) => {
    expect(slope(points)).toBe(expected)
  })
})

describe('growth', () => {
  const at = (minutes: number, rssMb: number, descriptors = 20): Sample => ({
    atMs: minutes * 60_000,
    rss: rssMb * MEBIBYTE,
    heapUsed: 10 * MEBIBYTE,
    descriptors,
  })

  test('is of what comes after the warm-up', () => {
    expect(growth([at(0, 10, 90), at(30, 100), at(60, 101, 20), at(90, 102, 23)], 30 * 60_000)).toEqual({
      samples: 3,
      rssMbPerHour: 2,
      heapMbPerHour: 0,
      rssMb: 102,
      descriptors: {least: 20, most: 23, perHour: 3},
    })
  })

  test('is not known of one sample', () => {
    expect(growth([at(0, 10), at(30, 100)], 60_000)).toBeUndefined()
  })
})

it('a redrive that follows a fed queue loses nothing, and tells of itself', {timeout: 60_000}, async () => {
  const end = await soak({
    bin: fileURLToPath(new URL('../../bin/run.js', import.meta.url)),
    probe: new URL('soak-probe.js', import.meta.url).href,
    until: (traffic, samples) =>
      vi.waitUntil(() => traffic.arrived >= 50 && samples.length >= 2, {timeout: 50_000}).then(() => undefined),
    rate: 50,
    periodMs: 250,
  })
  expect(end).toMatchObject({lost: 0, duplicates: 0, foreign: 0})
  expect(end.sent).toBeGreaterThanOrEqual(50)
  for (const {rss, heapUsed, descriptors} of end.samples)
    expect(Math.min(rss, heapUsed, descriptors)).toBeGreaterThan(0)
})
