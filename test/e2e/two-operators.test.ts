import {afterAll, beforeAll, expect, test} from 'vitest'
import {redriveArgs, resumeArgs} from '../chaos/journey.js'
import {Witness} from '../chaos/testimony.js'
import {World} from '../chaos/world.js'

let world: World
beforeAll(async () => {
  world = await World.open({factor: 5})
})
afterAll(() => world.close())

test('a second redrive of a queue is refused while the first lives, and takes over when it was killed', async () => {
  const stage = await world.stage({count: 30})
  const witness = new Witness()
  // Throttled, it lives and holds its messages for as long as this takes.
  world.proxy.fate = operation => (operation === 'SendMessageBatch' ? 'throttle' : undefined)
  const sending = world.proxy.hold('SendMessageBatch', 'after')
  const first = stage.start(redriveArgs(stage.dlq))
  await sending.reached
  sending.release()

  const asked = world.proxy.operations.length
  const second = await stage.run(redriveArgs(stage.dlq))
  expect(second.code).toBe(7)
  expect(JSON.parse(second.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({error: {code: 'RedriveLocked'}})
  expect(world.proxy.operations.slice(asked)).not.toContain('ReceiveMessage')
  const [job] = await stage.jobs()
  expect(job?.state).toBe('running')
  expect(await stage.run(resumeArgs(job?.job ?? 'none'))).toMatchObject({code: 7})

  first.kill('SIGKILL')
  witness.hear(await first.finished)
  world.proxy.calm()
  world.sandbox.clock.advance(61_000)
  expect(await stage.jobs()).toMatchObject([{state: 'interrupted'}])
  const third = await stage.run(resumeArgs(job?.job ?? 'none'))
  expect(witness.hear(third)).toMatchObject({state: 'completed'})
  expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 30, left: 0})
})

test('resuming what is complete changes nothing, however often', async () => {
  const stage = await world.stage({count: 12})
  const witness = new Witness()
  const first = await stage.run(redriveArgs(stage.dlq))
  expect(witness.hear(first)).toMatchObject({state: 'completed', moved: 12})
  for (const code of [0, 0]) {
    const again = await stage.run(resumeArgs(witness.job ?? 'none'))
    expect(again.code).toBe(code)
    expect(witness.hear(again)).toMatchObject({state: 'completed', moved: 0, possibleDuplicates: []})
  }
  expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 12, left: 0, duplicated: []})
})
