import {describe, expect, test} from 'vitest'
import {describeFailure, runCampaign} from '../../../chaos/model/campaign.js'
import {runSchedule} from '../../../chaos/model/run-schedule.js'
import {soundSchedule} from '../../../chaos/model/schedule.js'

/** Fixed, so that a run of the tests is the same run everywhere; `npm run chaos -- model` looks for more. */
const SEED = 20_261_121
const SCHEDULES = 4000

describe('the client engine, with its journal, in a faulty world of FIFO queues', () => {
  test.each([0, 1])(
    'keeps P1 to P10 (redrive.md, section 2) whatever fails, dies and comes back, part %i',
    async part => {
      const {failure, figures} = await runCampaign({
        seed: SEED + part * 100_000,
        schedules: SCHEDULES,
        suits: ({fifo}) => fifo,
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

  test('in a sound world there is no duplicate and nothing in doubt', async () => {
    const {violations, figures} = await runSchedule({...soundSchedule(), fifo: true, messages: 47})
    expect(violations).toEqual([])
    expect(figures).toMatchObject({messages: 47, unknownSends: 0, duplicates: 0, inBoth: 0, lost: 0})
  })
})
