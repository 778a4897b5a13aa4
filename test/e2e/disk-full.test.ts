import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {redriveArgs, resumeArgs} from '../chaos/journey.js'
import {Witness} from '../chaos/testimony.js'
import {World} from '../chaos/world.js'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

/** What a journal reserves when it begins, in bytes; prlimit keeps every file below a limit, which is how a full disk looks. */
const FIRST_RESERVE = 262_144

test('a disk with no room for a journal: nothing is received', async () => {
  const stage = await world.stage({count: 12})
  const asked = world.proxy.operations.length
  const run = await stage.run(redriveArgs(stage.dlq), {limitBytes: FIRST_RESERVE - 1})
  expect(run.code).toBe(1)
  expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({error: {code: 'JournalWriteFailed'}})
  expect(world.proxy.operations.slice(asked)).not.toContain('ReceiveMessage')
  expect(await stage.judge(new Witness())).toMatchObject({ok: true, delivered: 0, left: 12})
})

test('a disk that fills up in the middle stops before the next send, and with room again it goes on', async () => {
  const stage = await world.stage({count: 1600})
  const witness = new Witness()
  const stopped = await stage.run(redriveArgs(stage.dlq), {limitBytes: FIRST_RESERVE + 40_000})
  const summary = witness.hear(stopped)
  expect(summary).toMatchObject({state: 'stopped', possibleDuplicates: []})
  expect(summary?.moved).toBeGreaterThan(100)
  expect(stopped.code).toBe(3)
  expect(stage.inFlight()).toBe(0)
  const resumed = await stage.run(resumeArgs(witness.job ?? 'none'))
  expect(witness.hear(resumed)).toMatchObject({state: 'completed', failed: 0, left: 0})
  // Records of deletes, which are advisory, have given way to those of sends: what they were of is listed rather than forgotten.
  expect([0, 9]).toContain(resumed.code)
  expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 1600, left: 0, duplicated: []})
})

test('a backup that fills the disk ends with the summary and the job, and with room again it goes on', async () => {
  const stage = await world.stage({count: 1600})
  const witness = new Witness()
  const folder = await mkdtemp(path.join(tmpdir(), 'msgops-backup-'))
  try {
    const args = [...redriveArgs(stage.dlq), '--backup', path.join(folder, 'backup.ndjson')]
    const stopped = await stage.run(args, {limitBytes: FIRST_RESERVE + 40_000})
    const summary = witness.hear(stopped)
    expect(summary).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('Cannot write the backup') as string,
    })
    expect(summary?.moved).toBeGreaterThan(100)
    expect(stopped.code).toBe(3)
    const resumed = await stage.run(resumeArgs(witness.job ?? 'none'))
    expect(witness.hear(resumed)).toMatchObject({state: 'completed', failed: 0, left: 0})
    expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 1600, left: 0, duplicated: []})
  } finally {
    await rm(folder, {recursive: true})
  }
})
