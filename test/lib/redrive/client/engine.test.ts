import {describe, expect, test} from 'vitest'
import type {EngineOptions} from '../../../../src/lib/redrive/client/options.js'
import type {DestinationQueue, SourceQueue} from '../../../../src/lib/redrive/client/ports.js'
import {ExitCode} from '../../../../src/lib/ops-error.js'
import {md5OfBody} from '../../../../src/lib/messages/digest.js'
import {failure, ModelDestination, ModelJournal, ModelSource, Tape, World} from './model-queues.js'
import {engineOptions, runEngine} from './model-run.js'

type Send = DestinationQueue['send']

function worldWith(count: number, {fifo = false} = {}): World {
  const world = new World(new Tape(), fifo)
  for (let index = 0; index < count; index++) world.add({body: `b${index}`})
  return world
}

/** A destination whose answers are changed on the way; records the bodies of every request. */
function destinationOf(
  world: World,
  change: (send: Send, request: number, ...args: Parameters<Send>) => ReturnType<Send>,
) {
  const sound = new ModelDestination(world)
  const requests: string[][] = []
  return {
    requests,
    send: (entries: Parameters<Send>[0]) => {
      requests.push(entries.map(entry => entry.MessageBody ?? ''))
      return change(batch => sound.send(batch), requests.length, entries)
    },
  }
}

function sourceOf(world: World, overrides: Partial<SourceQueue>): SourceQueue {
  const sound = new ModelSource(world)
  return {
    receive: request => sound.receive(request),
    remove: handles => sound.remove(handles),
    setVisibility: (handles, seconds) => sound.setVisibility(handles, seconds),
    depth: () => sound.depth(),
    ...overrides,
  }
}

const SELECTS_ALL: Partial<EngineOptions> = {
  selective: true,
  decide: messages => Promise.resolve(messages.map(() => ({action: 'move'}))),
}

const leftBodies = (world: World) => world.left().map(message => message.body)

describe('a partly failed batch', () => {
  test.each([true, false])('told message by message: %s; the summary counts the same', async eachMessage => {
    const world = worldWith(12)
    const decide: EngineOptions['decide'] = messages =>
      Promise.resolve(
        messages.map(({Body}) => (Body === 'b3' ? {action: 'skip', reason: 'not selected'} : {action: 'move'})),
      )
    const {events, summary} = await runEngine(engineOptions(world, {selective: true, decide, eachMessage}))
    const told = events.filter(({event}) => event === 'moved' || event === 'skipped')
    expect([summary?.moved, summary?.skipped, told.length]).toEqual([11, 1, eachMessage ? 12 : 0])
  })

  test('the nine that were taken are deleted, the one that was refused stays and is reported', async () => {
    const world = worldWith(11)
    const destination = destinationOf(world, async (send, _request, entries) => {
      const refused = entries.find(entry => entry.MessageBody === 'b5')
      const reply = await send(entries.filter(entry => entry !== refused))
      if (refused === undefined) return reply
      return {
        ...reply,
        Failed: [{Id: refused.Id, Code: 'InvalidMessageContents', Message: 'bad character', SenderFault: true}],
      }
    })
    const {events, summary} = await runEngine(engineOptions(world, {destination}))
    expect(leftBodies(world)).toEqual(['b5'])
    expect(world.destination.map(copy => copy.body)).toEqual([
      'b0',
      'b1',
      'b2',
      'b3',
      'b4',
      'b6',
      'b7',
      'b8',
      'b9',
      'b10',
    ])
    expect(events).toContainEqual({
      event: 'failed',
      messageId: 's-5',
      stage: 'send',
      code: 'InvalidMessageContents',
      message: 'bad character',
    })
    expect(summary).toMatchObject({
      state: 'completed',
      selected: 11,
      moved: 10,
      failed: 1,
      left: 0,
      remaining: 1,
      possibleDuplicates: [],
    })
    expect(world.inFlight).toBe(0)
  })

  test('an entry that failed on the side of SQS is sent again, alone', async () => {
    const world = worldWith(4)
    let refusals = 0
    const destination = destinationOf(world, async (send, _request, entries) => {
      const failed = entries.filter(entry => entry.MessageBody === 'b2' && refusals++ < 2)
      const reply = await send(entries.filter(entry => !failed.includes(entry)))
      return {...reply, Failed: failed.map(({Id}) => ({Id, Code: 'InternalError', SenderFault: false}))}
    })
    const {summary} = await runEngine(engineOptions(world, {destination, onUnknown: 'hold'}))
    expect(destination.requests).toEqual([['b0'], ['b1', 'b2', 'b3'], ['b2'], ['b2']])
    expect(summary).toMatchObject({moved: 4, failed: 0})
  })

  test('after four attempts such an entry counts as failed and stays', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, _request, entries) => {
      const kept = entries.filter(entry => entry.MessageBody !== 'b1')
      const reply = kept.length === 0 ? {} : await send(kept)
      return {
        ...reply,
        Failed: entries
          .filter(entry => !kept.includes(entry))
          .map(({Id}) => ({Id, Code: 'InternalError', SenderFault: false})),
      }
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toEqual([['b0'], ['b1'], ['b1'], ['b1'], ['b1']])
    expect(summary).toMatchObject({moved: 1, failed: 1})
    expect(leftBodies(world)).toEqual(['b1'])
  })

  test('a request refused for one of its messages is sent again message by message', async () => {
    const world = worldWith(4)
    const destination = destinationOf(world, (send, _request, entries) =>
      entries.some(entry => entry.MessageBody === 'b3')
        ? Promise.reject(failure('InvalidParameterValue', 'rejected'))
        : send(entries),
    )
    const {summary} = await runEngine(engineOptions(world, {destination, onUnknown: 'hold'}))
    expect(destination.requests).toEqual([['b0'], ['b1', 'b2', 'b3'], ['b1'], ['b2'], ['b3']])
    expect(summary).toMatchObject({moved: 3, failed: 1})
    expect(leftBodies(world)).toEqual(['b3'])
  })
})

describe('an unknown outcome', () => {
  test('a lost answer: the messages are listed, sent once more and moved', async () => {
    const world = worldWith(4)
    const destination = destinationOf(world, async (send, request, entries) => {
      const reply = await send(entries)
      if (request === 2) throw failure('ConnectionLost', 'unknown')
      return reply
    })
    const {events, summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toEqual([['b0'], ['b1', 'b2', 'b3'], ['b1', 'b2', 'b3']])
    expect(summary).toMatchObject({state: 'completed', selected: 4, moved: 4, failed: 0, left: 0, remaining: 0})
    expect(summary?.possibleDuplicates).toMatchObject(
      [1, 2, 3].map(index => ({messageId: `s-${index}`, reason: 'unknownOutcome', resent: true})),
    )
    expect(world.copies('b1')).toBe(2)
    const listed = events.findIndex(event => event.event === 'unknown' && event.messageId === 's-1')
    const moved = events.findIndex(event => event.event === 'moved' && event.messageId === 's-1')
    expect(listed).toBeGreaterThan(-1)
    expect(listed).toBeLessThan(moved)
  })

  test.each([
    ['refused by SQS', 'InternalError', 2],
    ['throttled', 'ThrottlingException', 9],
  ])('sends that were %s before take nothing from the one that follows a lost answer', async (_, code, times) => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, request, entries) => {
      if (request > 1 && request <= 1 + times) return {Failed: [{Id: '0', Code: code, SenderFault: false}]}
      const reply = await send(entries)
      if (request === 2 + times) throw failure('ConnectionLost', 'unknown')
      return reply
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toHaveLength(3 + times)
    expect(summary).toMatchObject({state: 'completed', moved: 2, remaining: 0})
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-1', resent: true}])
  })

  test('sends that were throttled before take nothing from the four of an entry that fails on the side of SQS', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, request, entries) => {
      if (request === 1 || request > 13) return send(entries)
      const Code = request <= 10 ? 'ThrottlingException' : 'InternalError'
      return {Failed: [{Id: '0', Code, SenderFault: false}]}
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toHaveLength(14)
    expect(summary).toMatchObject({moved: 2, failed: 0})
  })

  test('what an earlier session found unverified is listed as that, with the id of the copy, and not sent', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, (send, _request, entries) => send(entries))
    const known = [{messageId: 's-1', state: 'unverified', newMessageId: 'copy', uncertain: true}] as const
    const {summary} = await runEngine(engineOptions(world, {destination, known}))
    expect(destination.requests).toEqual([['b0']])
    expect(summary?.possibleDuplicates).toEqual([
      {
        messageId: 's-1',
        newMessageId: 'copy',
        reason: 'unverified',
        resent: false,
        code: 'CopyUnverified',
        message: 'SQS took an earlier send, and its answer did not prove the copy whole',
      },
    ])
    expect(leftBodies(world)).toEqual(['b1'])
  })

  test('a refusal of the second send says nothing of the first: the message is in doubt, not failed', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, request, entries) => {
      if (request === 3) return {Failed: [{Id: '0', Code: 'InvalidMessageContents', SenderFault: true}]}
      const reply = await send(entries)
      if (request === 2) throw failure('ConnectionLost', 'unknown')
      return reply
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(summary).toMatchObject({selected: 2, moved: 1, failed: 0, left: 0, remaining: 1})
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-1', resent: false}])
  })

  test('on a FIFO queue the second send is dropped by SQS: one copy, and nothing to list', async () => {
    const world = worldWith(2, {fifo: true})
    const destination = destinationOf(world, async (send, request, entries) => {
      const reply = await send(entries)
      if (request === 2) throw failure('ConnectionLost', 'unknown')
      return reply
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b1'])
    expect(summary).toMatchObject({state: 'completed', moved: 2, possibleDuplicates: []})
  })

  test('hold, and a lost answer: one request, the messages stay, every one is listed, and none is sent again when it comes back', async () => {
    const world = worldWith(11)
    const destination = destinationOf(world, async (send, request, entries) => {
      const reply = await send(entries)
      if (request === 2) throw failure('ConnectionLost', 'unknown')
      return reply
    })
    const {summary} = await runEngine(engineOptions(world, {destination, onUnknown: 'hold'}))
    expect(destination.requests).toEqual([['b0'], ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9'], ['b10']])
    expect(summary).toMatchObject({state: 'completed', moved: 2, failed: 0, selected: 11, remaining: 9})
    expect(summary?.possibleDuplicates.map(({messageId, reason, code}) => [messageId, reason, code])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map(index => [`s-${index}`, 'unknownOutcome', 'ConnectionLost']),
    )
    expect(leftBodies(world)).toHaveLength(9)
    expect(world.inFlight).toBe(0)
  })

  test('an entry that the answer does not name is unknown, not sent', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, request, entries) =>
      request === 1 ? send(entries) : {Successful: [], Failed: []},
    )
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toEqual([['b0'], ['b1'], ['b1']])
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-1', reason: 'unknownOutcome', code: 'NoAnswer'}])
    expect(leftBodies(world)).toEqual(['b1'])
  })

  test('a wrong MD5 keeps the source copy and is listed as unverified, with the id of the copy', async () => {
    const world = worldWith(2)
    const destination = destinationOf(world, async (send, request, entries) => {
      const reply = await send(entries)
      return request === 1
        ? reply
        : {Successful: reply.Successful?.map(entry => ({...entry, MD5OfMessageBody: md5OfBody('other')}))}
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(summary?.possibleDuplicates).toMatchObject([
      {messageId: 's-1', newMessageId: 'd-3', reason: 'unverified', code: 'SentMd5Mismatch'},
    ])
    expect(leftBodies(world)).toEqual(['b1'])
  })

  test('attributes that come back with another MD5 are no verified copy', async () => {
    const world = worldWith(1)
    world.add({body: 'with', attributes: {kind: {DataType: 'String', StringValue: 'x'}}})
    const destination = destinationOf(world, async (send, _request, entries) => {
      const reply = await send(entries)
      return {Successful: reply.Successful?.map(entry => ({...entry, MD5OfMessageAttributes: undefined}))}
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-1', reason: 'unverified'}])
    expect(leftBodies(world)).toEqual(['with'])
  })

  test('after three sends in a row without a known outcome the run ends, and the rest is not risked', async () => {
    const world = worldWith(60)
    const destination = destinationOf(world, (send, request, entries) =>
      request < 3 ? send(entries) : Promise.reject(failure('NoReply', 'unknown')),
    )
    const {summary} = await runEngine(engineOptions(world, {destination, onUnknown: 'hold'}))
    expect(destination.requests).toHaveLength(5)
    expect(summary).toMatchObject({state: 'stopped', reason: '3 sends in a row had no known outcome', moved: 10})
    expect(summary?.possibleDuplicates).toHaveLength(30)
    expect(world.inFlight).toBe(0)
  })
})

describe('deletes', () => {
  test('a delete that fails is tried again with the same message only', async () => {
    const world = worldWith(3)
    const sound = new ModelSource(world)
    const requests: string[][] = []
    const source = sourceOf(world, {
      remove: async handles => {
        requests.push(handles.map(handle => handle.messageId))
        const results = await sound.remove(handles.filter(handle => handle.messageId !== 's-2' || requests.length > 2))
        return handles.map((handle, index) =>
          handle.messageId === 's-2' && requests.length <= 2
            ? {ok: false, code: 'InternalError', message: 'x', senderFault: false}
            : (results[index] ?? {ok: true}),
        )
      },
    })
    const {summary} = await runEngine(engineOptions(world, {source}))
    expect(requests).toEqual([['s-0'], ['s-1', 's-2'], ['s-2']])
    expect(summary).toMatchObject({moved: 3, possibleDuplicates: []})
  })

  test('a message whose delete was refused is deleted by its new handle when it comes again, and never sent again', async () => {
    const world = worldWith(2, {fifo: true})
    let refusals = 0
    const sound = new ModelSource(world)
    const source = sourceOf(world, {
      remove: handles =>
        handles.some(handle => handle.messageId === 's-1') && refusals++ === 0
          ? Promise.resolve([
              {ok: false, code: 'InvalidParameterValue', message: 'The receipt handle has expired.', senderFault: true},
            ])
          : sound.remove(handles),
    })
    const {summary} = await runEngine(engineOptions(world, {source}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b1'])
    expect(summary).toMatchObject({state: 'completed', moved: 2, possibleDuplicates: [], remaining: 0})
  })

  test('what cannot be deleted at all is listed with the id of its copy', async () => {
    const world = worldWith(1)
    const source = sourceOf(world, {remove: () => Promise.reject(failure('NoReply', 'unknown'))})
    const {summary} = await runEngine(engineOptions(world, {source}))
    expect(summary).toMatchObject({moved: 0, failed: 0})
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-0', newMessageId: 'd-1', reason: 'notDeleted'}])
  })

  test('of a shared queue, what an earlier session sent and did not delete is listed: another host may have sent it again', async () => {
    const world = worldWith(0)
    const known = [{messageId: 's-7', state: 'sent', newMessageId: 'd-7'} as const]
    const {summary} = await runEngine(engineOptions(world, {known, shared: true}))
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-7', newMessageId: 'd-7', reason: 'notDeleted'}])
  })

  test('where deleting is denied, one message has been copied and no more', async () => {
    const world = worldWith(30)
    const source = sourceOf(world, {remove: () => Promise.reject(failure('AccessDenied', 'rejected', ExitCode.denied))})
    const {summary} = await runEngine(engineOptions(world, {source, concurrency: 4}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0'])
    expect(summary).toMatchObject({state: 'stopped', moved: 0, reason: 'AccessDenied'})
    expect(summary?.possibleDuplicates.map(({messageId}) => messageId)).toEqual(['s-0'])
    expect(world.inFlight).toBe(0)
  })
})

describe('errors that end it', () => {
  test('where sending is denied, one message was tried, all are given back, and the error is the result', async () => {
    const world = worldWith(30)
    const destination = destinationOf(world, () => Promise.reject(failure('AccessDenied', 'rejected', ExitCode.denied)))
    await expect(runEngine(engineOptions(world, {destination, concurrency: 4}))).rejects.toMatchObject({
      code: 'AccessDenied',
      exitCode: 4,
    })
    expect(destination.requests).toEqual([['b0']])
    expect(leftBodies(world)).toHaveLength(30)
    expect(world.inFlight).toBe(0)
  })

  test('a destination deleted midway stops the run with what it has done', async () => {
    const world = worldWith(25)
    const destination = destinationOf(world, (send, request, entries) =>
      request < 3 ? send(entries) : Promise.reject(failure('QueueDoesNotExist', 'rejected', ExitCode.notFound)),
    )
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(summary).toMatchObject({
      state: 'stopped',
      reason: 'QueueDoesNotExist',
      moved: 10,
      failed: 0,
      left: 10,
      remaining: 15,
    })
    expect(world.inFlight).toBe(0)
  })

  test('throttling is no failure, however long it lasts', async () => {
    const world = worldWith(10)
    const destination = destinationOf(world, (send, request, entries) =>
      request <= 60 ? Promise.reject(failure('RequestThrottled', 'rejected')) : send(entries),
    )
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(summary).toMatchObject({state: 'completed', moved: 10, failed: 0, possibleDuplicates: []})
    expect(world.destination).toHaveLength(10)
  })

  test('a destination out of reach is tried for a minute, and nothing is in doubt', async () => {
    const world = worldWith(10)
    const destination = destinationOf(world, () => Promise.reject(failure('ConnectionRefused', 'not-sent')))
    await expect(runEngine(engineOptions(world, {destination}))).rejects.toMatchObject({code: 'ConnectionRefused'})
    expect(world.nowMs).toBeGreaterThanOrEqual(60_000)
    expect(world.inFlight).toBe(0)
  })

  test('an intent that cannot be written: nothing is sent', async () => {
    const world = worldWith(5)
    const journal = new ModelJournal(world)
    const broken = {
      ...boundJournal(journal),
      intent: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    }
    await expect(runEngine(engineOptions(world, {journal: broken}))).rejects.toThrow('ENOSPC')
    expect(world.destination).toEqual([])
    expect(world.inFlight).toBe(0)
  })

  test('an outcome that cannot be written: nothing is deleted, and what was sent is listed', async () => {
    const world = worldWith(5)
    const journal = new ModelJournal(world)
    const broken = {...boundJournal(journal), outcome: () => Promise.reject(new Error('EIO: i/o error'))}
    const {summary} = await runEngine(engineOptions(world, {journal: broken}))
    expect(leftBodies(world)).toHaveLength(5)
    expect(summary).toMatchObject({state: 'stopped', moved: 0, reason: 'EIO: i/o error'})
    expect(summary?.possibleDuplicates.map(({messageId}) => messageId)).toEqual(['s-0'])
  })
})

describe('which messages', () => {
  test.each([1, 7, 10, 23])('--max %i moves exactly so many, with several workers', async max => {
    const world = worldWith(40)
    const {summary} = await runEngine(engineOptions(world, {max, concurrency: 3}))
    expect(summary).toMatchObject({state: 'completed', selected: max, moved: max})
    expect(world.left()).toHaveLength(40 - max)
    expect(world.inFlight).toBe(0)
  })

  test('what arrives after the start is left, counted as skipped and given back', async () => {
    const world = worldWith(12)
    world.add({body: 'late', sentMs: 5000})
    const {events, summary} = await runEngine(engineOptions(world, {cutMs: 4999}))
    expect(leftBodies(world)).toEqual(['late'])
    expect(events).toContainEqual({event: 'skipped', messageId: 's-12', reason: 'arrived after the start'})
    expect(summary).toMatchObject({state: 'completed', selected: 12, moved: 12, skipped: 1})
    expect(world.inFlight).toBe(0)
  })

  test('a message without a route is not sent, and the others of its batch are', async () => {
    const world = worldWith(3)
    const options = engineOptions(world)
    const refusal = {code: 'OtherSourceQueue', message: 'it came from elsewhere'}
    const routeOf: EngineOptions['routeOf'] = message => (message.Body === 'b1' ? refusal : options.routeOf(message))
    const {events, summary} = await runEngine({...options, routeOf})
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b2'])
    expect(leftBodies(world)).toEqual(['b1'])
    expect(summary).toMatchObject({moved: 2, failed: 1})
    expect(events).toContainEqual({event: 'failed', messageId: 's-1', stage: 'check', ...refusal})
  })

  test('a message too long for the destination stays, and the others pass', async () => {
    const world = worldWith(0)
    world.add({body: 'x'.repeat(1025)})
    world.add({body: 'x'.repeat(1024)})
    world.add({body: 'x'.repeat(1020), attributes: {a: {DataType: 'String', StringValue: 'b'}}})
    const {events, summary} = await runEngine(engineOptions(world, {maximumBytes: 1024}))
    expect(world.destination.map(copy => copy.body.length)).toEqual([1024])
    expect(events.filter(event => event.event === 'failed')).toMatchObject([
      {
        messageId: 's-0',
        code: 'MessageTooLong',
        message: '1025 bytes with its attributes; the destination takes 1024 (MaximumMessageSize)',
      },
      {
        messageId: 's-2',
        code: 'MessageTooLong',
        message: '1028 bytes with its attributes; the destination takes 1024 (MaximumMessageSize)',
      },
    ])
    expect(summary).toMatchObject({moved: 1, failed: 2})
  })

  test('messages whose receive was lost are waited for and moved', async () => {
    const world = worldWith(30)
    const sound = new ModelSource(world)
    let receives = 0
    const source = sourceOf(world, {
      receive: async request => {
        const messages = await sound.receive(request)
        if (++receives === 2) throw failure('NoReply', 'unknown')
        return messages
      },
    })
    const {summary} = await runEngine(engineOptions(world, {source}))
    expect(summary).toMatchObject({state: 'completed', moved: 30, remaining: 0})
    expect(world.nowMs).toBeGreaterThanOrEqual(60_000)
  })

  test('what others hold is waited for, and then said', async () => {
    const world = worldWith(3)
    world.add({body: 'elsewhere', visibleMs: 3_600_000})
    const {summary} = await runEngine(engineOptions(world))
    expect(summary).toMatchObject({
      state: 'stopped',
      moved: 3,
      remaining: 1,
      reason: 'no message came for 90 s, while the counters of the source show 0 visible, 1 in flight, 0 delayed',
    })
  })
})

describe('FIFO', () => {
  test('one message of a group in a request; a group stops at its first message that is not sent, the others go on', async () => {
    const world = new World(new Tape(), true)
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
      ['b2', 'b'],
    ] as const)
      world.add({body, group})
    const destination = destinationOf(world, (send, _request, entries) =>
      entries.some(entry => entry.MessageBody === 'a2')
        ? send(entries.filter(entry => entry.MessageBody !== 'a2')).then(reply => ({
            ...reply,
            Failed: [
              {
                Id: entries.find(entry => entry.MessageBody === 'a2')?.Id,
                Code: 'InvalidMessageContents',
                Message: 'no',
                SenderFault: true,
              },
            ],
          }))
        : send(entries),
    )
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(destination.requests).toEqual([['a1'], ['b1'], ['a2', 'b2']])
    expect(leftBodies(world)).toEqual(['a2', 'a3'])
    expect(summary).toMatchObject({moved: 3, failed: 1, left: 1})
    expect(world.inFlight).toBe(0)
  })

  test('what is ahead of a message that stays is moved, although both came in one receive', async () => {
    const world = worldWith(4, {fifo: true})
    const options = engineOptions(world)
    const refusal = {code: 'OtherSourceQueue', message: 'it came from elsewhere'}
    const routeOf: EngineOptions['routeOf'] = message => (message.Body === 'b2' ? refusal : options.routeOf(message))
    const {summary} = await runEngine({...options, routeOf})
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b1'])
    expect(leftBodies(world)).toEqual(['b2', 'b3'])
    expect(summary).toMatchObject({moved: 2, failed: 1, left: 1})
  })

  test('what is ahead of a message that was received damaged is moved, and nothing behind it', async () => {
    const world = worldWith(3, {fifo: true})
    const sound = new ModelSource(world)
    const source = sourceOf(world, {
      receive: async request =>
        (await sound.receive(request)).map(message => (message.Body === 'b1' ? {...message, Body: 'spoilt'} : message)),
    })
    const {summary} = await runEngine(engineOptions(world, {source}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0'])
    expect(summary).toMatchObject({moved: 1, failed: 1, left: 1})
  })

  test('a selection with --max moves so many of a group, and nothing behind them', async () => {
    const world = worldWith(6, {fifo: true})
    const {summary} = await runEngine(engineOptions(world, {...SELECTS_ALL, max: 3}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b1', 'b2'])
    expect(summary).toMatchObject({moved: 3, failed: 0})
  })

  test('what a canary had no room for is moved after it, in the order of its group', async () => {
    const world = worldWith(6, {fifo: true})
    const canary = {count: 2, waitMs: 1000, maxReturnPercent: 0}
    const {summary} = await runEngine(engineOptions(world, {...SELECTS_ALL, canary}))
    expect(world.destination.map(copy => copy.body)).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5'])
    expect(summary).toMatchObject({state: 'completed', moved: 6, left: 0})
  })

  test('the deduplication id is our own: rd- and the SHA-256 of source ARN and MessageId', async () => {
    const world = worldWith(1, {fifo: true})
    const ids: (string | undefined)[] = []
    const destination = destinationOf(world, (send, _request, entries) => {
      ids.push(...entries.map(entry => entry.MessageDeduplicationId))
      return send(entries)
    })
    await runEngine(engineOptions(world, {destination}))
    // printf 'arn:aws:sqs:us-east-1:000000000000:orders-dlq|s-0' | sha256sum
    expect(ids).toEqual(['rd-d0324bf0d989b8f303a0f9abbe04a3a7b3708f1c8ec5b05304388e73853b406f'])
  })

  test('a send that SQS takes for a repetition is never followed by a delete', async () => {
    const world = worldWith(2, {fifo: true})
    const destination = destinationOf(world, async (send, request, entries) => {
      if (request === 1) return send(entries)
      // Nothing is put into the queue, and the MessageId of the first message comes back.
      return {
        Successful: entries.map(({Id, MessageBody = ''}) => ({
          Id,
          MessageId: 'd-2',
          MD5OfMessageBody: md5OfBody(MessageBody),
        })),
      }
    })
    const {summary} = await runEngine(engineOptions(world, {destination}))
    expect(world.destination.map(({id, body}) => [id, body])).toEqual([['d-2', 'b0']])
    expect(leftBodies(world)).toEqual(['b1'])
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-1', reason: 'unverified', code: 'Swallowed'}])
  })
})

describe('time', () => {
  test('visibility is renewed before a send that it might not outlast', async () => {
    const world = worldWith(3)
    const renewals: number[] = []
    const sound = new ModelSource(world)
    const source = sourceOf(world, {
      setVisibility: (handles, seconds) => {
        renewals.push(seconds)
        return sound.setVisibility(handles, seconds)
      },
    })
    const destination = destinationOf(world, (send, request, entries) => {
      if (request === 1) world.nowMs += 50_000
      return send(entries)
    })
    const {summary} = await runEngine(engineOptions(world, {source, destination}))
    expect(renewals).toEqual([60])
    expect(summary).toMatchObject({moved: 3})
  })

  test('a message that can no longer be held is not sent; it is moved when it comes again', async () => {
    const world = worldWith(3)
    const sentAtMs: number[] = []
    const destination = destinationOf(world, (send, request, entries) => {
      sentAtMs.push(world.nowMs)
      if (request === 1) {
        world.nowMs += 61_000
        // Another consumer has the other two by now, for 20 seconds.
        for (const message of world.source.slice(1)) {
          message.receives++
          message.visibleMs = world.nowMs + 20_000
        }
      }
      return send(entries)
    })
    const {summary} = await runEngine(engineOptions(world, {destination, onUnknown: 'hold'}))
    expect(destination.requests).toEqual([['b0'], ['b1', 'b2']])
    expect(sentAtMs[1]).toBeGreaterThanOrEqual(81_000)
    expect(world.copies('b0')).toBe(1)
    expect(summary).toMatchObject({moved: 3, possibleDuplicates: []})
  })

  test('--rate spaces the messages', async () => {
    const world = worldWith(41)
    await runEngine(engineOptions(world, {perSecond: 10}))
    const last = Math.max(...world.destination.map(copy => copy.sentMs))
    expect(last).toBeGreaterThanOrEqual(4000 - 100)
    expect(last).toBeLessThanOrEqual(5000)
  })

  test('at a slow rate no more is held than is sent before its visibility ends', async () => {
    const world = worldWith(30)
    const sound = new ModelSource(world)
    const asked: number[] = []
    const source = sourceOf(world, {
      receive: request => {
        asked.push(request.max)
        return sound.receive(request)
      },
    })
    const {summary} = await runEngine(engineOptions(world, {source, perSecond: 0.2, concurrency: 8}))
    expect(summary).toMatchObject({moved: 30})
    expect(new Set(asked)).toEqual(new Set([1]))
    expect(world.calls).not.toContain('setVisibility')
    expect(world.source.map(message => message.receives)).toEqual(Array.from({length: 30}, () => 4))
  })

  test('an interruption finishes the batch under way, gives back the rest, and says so', async () => {
    const world = worldWith(35)
    const interruption = new AbortController()
    const destination = destinationOf(world, (send, request, entries) => {
      if (request === 3) interruption.abort()
      return send(entries)
    })
    const {summary} = await runEngine(engineOptions(world, {destination, signal: interruption.signal}))
    expect(summary).toMatchObject({
      state: 'interrupted',
      moved: 20,
      failed: 0,
      left: 0,
      remaining: 15,
      possibleDuplicates: [],
    })
    expect(world.left()).toHaveLength(15)
    expect(world.inFlight).toBe(0)
  })

  test('a reader that leaves ends the run as an interruption does', async () => {
    const world = worldWith(35)
    const {moveMessages} = await import('../../../../src/lib/redrive/client/engine.js')
    for await (const event of moveMessages(engineOptions(world))) if (event.event === 'moved') break
    expect(world.inFlight).toBe(0)
    for (const message of world.left()) expect(world.copies(message.body)).toBe(0)
  })
})

function boundJournal(journal: ModelJournal) {
  return {
    intent: (ids: readonly string[]) => journal.intent(ids),
    outcome: (records: Parameters<ModelJournal['outcome']>[0]) => journal.outcome(records),
    deleted: (ids: readonly string[]) => journal.deleted(ids),
    discarded: (ids: readonly string[]) => journal.discarded(ids),
    end: () => journal.end(),
    close: () => journal.close(),
  }
}
