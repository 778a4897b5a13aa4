import {readFile, writeFile} from 'node:fs/promises'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {KnownMessage} from '../../../src/lib/redrive/client/journal.js'
import {refuseCutOff} from '../../../src/lib/redrive/journal/cut-off.js'
import {temporaryHome, writeRun} from '../jobs/journals.js'
import {ModelSource, Tape, World} from './client/model-queues.js'
import {engineOptions, runEngine} from './client/model-run.js'

describe('a new redrive after one that was cut off', () => {
  const DLQ = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'

  async function refusal(scene: Parameters<typeof writeRun>[1], run: {source?: string; endpoint?: string} = {}) {
    const {state} = await temporaryHome(onTestFinished)
    const {job} = await writeRun(state, scene)
    const error: unknown = await refuseCutOff({source: DLQ, ...run}, {runs: state.runs, directory: state.locks}).catch(
      (thrown: unknown) => thrown,
    )
    return {job, error}
  }

  test.each<[string, Parameters<typeof writeRun>[1]]>([
    ['in the middle of a send', {steps: [['intent', 1, 2]]}],
    [
      'between a send and its delete',
      {
        steps: [
          ['intent', 1],
          ['sent', [1, 101]],
        ],
      },
    ],
    [
      'with an outcome that will never be known',
      {
        steps: [
          ['intent', 1],
          ['unknown', 1],
        ],
      },
    ],
    ['between the decision to discard and the delete', {steps: [['discarded', 1]]}],
  ])('is refused where that one was cut off %s, with what to do', async (_name, scene) => {
    const {job, error} = await refusal(scene)
    expect(error).toMatchObject({
      code: 'JobCutOff',
      exitCode: 7,
      suggestions: [
        expect.stringContaining(`msgops job resume ${job}`),
        expect.stringContaining(`msgops job cancel ${job}`),
      ],
    })
  })

  test('is refused where the journal of that one is damaged, for nobody knows what it had sent', async () => {
    const {state} = await temporaryHome(onTestFinished)
    const journal = await writeRun(state, {
      steps: [
        ['intent', 1],
        ['sent', [1, 101]],
        ['deleted', 1],
      ],
    })
    const bytes = await readFile(journal.file)
    const second = bytes.indexOf('\n') + 1
    await writeFile(
      journal.file,
      Buffer.concat([bytes.subarray(0, second), Buffer.from('no line of a journal\n'.repeat(3))]),
    )
    await expect(refuseCutOff({source: DLQ}, {runs: state.runs, directory: state.locks})).rejects.toMatchObject({
      code: 'JobCutOff',
      message: expect.stringContaining(`${journal.job}, is damaged`),
    })
    await expect(
      refuseCutOff({source: `${DLQ}-2`}, {runs: state.runs, directory: state.locks}),
    ).resolves.toBeUndefined()
  })

  test.each<[string, Parameters<typeof writeRun>[1], {source?: string; endpoint?: string}?]>([
    [
      'had nothing under way',
      {
        steps: [
          ['intent', 1],
          ['sent', [1, 101]],
          ['deleted', 1],
          ['intent', 2],
          ['rejected', 2],
        ],
      },
    ],
    [
      'ended by itself, and listed what it left',
      {
        steps: [
          ['intent', 1],
          ['unknown', 1],
        ],
        end: 'stopped',
      },
    ],
    ['was given up', {steps: [['intent', 1]], end: 'cancelled'}],
    ['was of another queue', {steps: [['intent', 1]]}, {source: `${DLQ}-2`}],
    ['was of another endpoint', {steps: [['intent', 1]]}, {endpoint: 'http://127.0.0.1:4000'}],
    ['is still at work', {steps: [['intent', 1]], running: true}],
  ])('is not refused where that one %s', async (_name, scene, run) => {
    expect((await refusal(scene, run)).error).toBeUndefined()
  })
})

describe('what an earlier session left', () => {
  const sent: KnownMessage = {messageId: 's-0', state: 'sent', newMessageId: 'd-9'}

  test('sent, and gone from a source that is believed empty: moved, and in no doubt', async () => {
    const {summary, events} = await runEngine(engineOptions(new World(new Tape()), {known: [sent]}))
    expect(summary).toMatchObject({state: 'completed', selected: 1, moved: 1, possibleDuplicates: []})
    expect(events).toContainEqual({event: 'moved', messageId: 's-0', newMessageId: 'd-9'})
  })

  test('sent, in a source that is not believed empty: listed', async () => {
    const world = new World(new Tape())
    const source = new ModelSource(world)
    const {summary} = await runEngine(
      engineOptions(world, {
        known: [sent],
        source: {
          receive: request => source.receive(request),
          remove: handles => source.remove(handles),
          setVisibility: (handles, seconds) => source.setVisibility(handles, seconds),
          depth: () => Promise.resolve({visible: 0, inFlight: 1, delayed: 0}),
        },
      }),
    )
    expect(summary?.possibleDuplicates).toMatchObject([{messageId: 's-0', newMessageId: 'd-9', reason: 'notDeleted'}])
  })

  test('what a run that was cut off held is waited for as long as it was held', async () => {
    const world = new World(new Tape())
    world.add({body: 'held', visibleMs: 300_000})
    const hurried = await runEngine(engineOptions(world))
    expect(hurried.summary).toMatchObject({state: 'stopped', moved: 0})
    world.nowMs = 0
    const {summary} = await runEngine(engineOptions(world, {cutOff: true}))
    expect(summary).toMatchObject({state: 'completed', moved: 1})
  })
})
