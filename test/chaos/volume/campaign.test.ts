import {expect, test} from 'vitest'
import {Figures} from '../figures.js'
import {carryOut, type Campaign, type CampaignOptions} from './campaign.js'

function killed(kills: number, failure?: string): Figures {
  const figures = new Figures()
  figures.sums.kills = kills
  if (failure !== undefined) figures.fail(failure)
  return figures
}

const campaign: Campaign = {
  jobOf: seed => ({job: {campaign: 'random kills', seed, kills: 20}, name: `job ${seed}`, expected: 20}),
  measure: ({sums}) => sums.kills,
  goal: 100,
}

function options(over: Partial<CampaignOptions>): CampaignOptions & {readonly names: string[]} {
  const names: string[] = []
  return {
    seed: 7,
    atOnce: 2,
    perform: () => Promise.resolve(killed(20)),
    stopped: () => false,
    report: name => names.push(name),
    names,
    ...over,
  }
}

test('jobs are done seed after seed until the goal is reached, and no more', async () => {
  const asked = options({})
  expect((await carryOut(campaign, asked)).sums.kills).toBe(100)
  expect(asked.names).toEqual(['job 7', 'job 8', 'job 9', 'job 10', 'job 11'])
})

test('jobs that fall short of what was expected are followed by others', async () => {
  const asked = options({perform: () => Promise.resolve(killed(15))})
  expect((await carryOut(campaign, asked)).sums.kills).toBe(105)
  expect(asked.names).toHaveLength(7)
})

test('the first that fails is the last that is begun, and what was done is told', async () => {
  const asked = options({
    atOnce: 1,
    perform: ({seed}) => Promise.resolve(seed === 9 ? killed(20, 'lost one') : killed(20)),
  })
  const figures = await carryOut(campaign, asked)
  expect(figures).toMatchObject({ok: false, failures: ['lost one']})
  expect(figures.sums.kills).toBe(60)
  expect(asked.names).toEqual(['job 7', 'job 8', 'job 9'])
})

test('what is cut short tells what was done', async () => {
  let begun = 0
  const figures = await carryOut(
    campaign,
    options({atOnce: 1, stopped: () => begun === 2, perform: () => Promise.resolve(killed(20 + 0 * ++begun))}),
  )
  expect(figures.sums.kills).toBe(40)
})
