import {describe, expect, test} from 'vitest'
import {describeFailure, runCampaign} from '../../../chaos/model/campaign.js'
import {runSchedule} from '../../../chaos/model/run-schedule.js'
import {soundSchedule} from '../../../chaos/model/schedule.js'

/** Fixed, so that a run of the tests is the same run everywhere; `npm run chaos -- model` looks for more. */
const SEED = 20_261_121
const SCHEDULES = 6000

describe('the client engine, with its journal, in a faulty world of standard queues', () => {
  test.each([0, 1])(
    'keeps P1 to P10 (redrive.md, section 2) whatever fails, dies and comes back, part %i',
    async part => {
      const {failure, figures} = await runCampaign({
        seed: SEED + part * 100_000,
        schedules: SCHEDULES,
        suits: ({fifo}) => !fifo,
      })
      expect(failure === undefined ? '' : describeFailure(failure)).toBe('')
      expect(figures).toMatchObject({schedules: SCHEDULES, lost: 0})
      // A world in which nothing happens proves nothing.
      expect(figures.crashes).toBeGreaterThan(1000)
      expect(figures.unknownSends).toBeGreaterThan(1000)
      expect(figures.duplicates).toBeGreaterThan(100)
    },
    300_000,
  )

  test.each([
    {fifo: false, concurrency: 1, messages: 1},
    {fifo: false, concurrency: 3, messages: 47},
    {fifo: false, concurrency: 2, messages: 23, routes: true},
    {fifo: false, concurrency: 2, messages: 23, keep: true},
  ])('in a sound world %o there is no duplicate and nothing in doubt', async change => {
    const {violations, figures} = await runSchedule({...soundSchedule(), ...change})
    expect(violations).toEqual([])
    expect(figures).toMatchObject({messages: change.messages, unknownSends: 0, duplicates: 0, inBoth: 0, lost: 0})
  })
})
