import {expect, test} from 'vitest'
import type {DestinationQueue} from '../../../../src/lib/redrive/client/ports.js'
import {ModelDestination, ModelSource, Tape, World} from './model-queues.js'
import {engineOptions, runEngine} from './model-run.js'

/** How many requests were under way at most, each of which takes a turn of the event loop. */
async function requestsAtOnce(room: (() => number) | undefined): Promise<{most: number; moved: number | undefined}> {
  const world = new World(new Tape(), false)
  for (let index = 0; index < 1500; index++) world.add({body: `b${index}`})
  let open = 0
  let most = 0
  const slowly = async <Reply>(request: () => Promise<Reply>): Promise<Reply> => {
    most = Math.max(most, ++open)
    await new Promise(setImmediate)
    open--
    return request()
  }
  const queue = new ModelDestination(world)
  const destination: DestinationQueue = {send: async entries => slowly(async () => queue.send(entries))}
  const source = new ModelSource(world)
  const receive = source.receive.bind(source)
  source.receive = async request => slowly(async () => receive(request))
  const {summary} = await runEngine(engineOptions(world, {source, destination, concurrency: 50, ...(room && {room})}))
  return {most, moved: summary?.moved}
}

test.each([
  ['sixteen begin, and no more join a process that is busy', () => 1, 16],
  ['as many join as it has room for', () => 1.5, 50],
  ['no more than asked for join one that has any room', () => 100, 50],
  ['all join where nobody knows', undefined, 50],
])('%s', async (_name, room, most) => {
  expect(await requestsAtOnce(room)).toEqual({most, moved: 1500})
})

test('a process that was busy is asked again', async () => {
  let asked = 0
  const room = () => (++asked === 4 ? 1.5 : 1)
  expect(await requestsAtOnce(room)).toEqual({most: 24, moved: 1500})
})
