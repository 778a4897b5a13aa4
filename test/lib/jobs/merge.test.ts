import {copyFile, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import type {JournalArgument} from '../../../src/lib/jobs/job-argument.js'
import {mergeJobs} from '../../../src/lib/jobs/merge.js'
import type {Scene, Step} from './journals.js'
import {DLQ, messageId, temporaryHome, writeRun} from './journals.js'

const argumentOf = ({job, file}: {job: string; file: string}): JournalArgument => ({kind: 'journal', job, path: file})

/** Merges the journals of runs of which each is written by a host of its own. */
async function merged(...scenes: Scene[]) {
  const jobs: string[] = []
  const files: JournalArgument[] = []
  const {state} = await temporaryHome()
  for (const [index, scene] of scenes.entries()) {
    const host = await temporaryHome()
    const {job, file} = await writeRun(host.state, {minute: index, ...scene})
    jobs.push(job)
    files.push({kind: 'journal', job: undefined, path: file})
  }
  return {jobs, result: await mergeJobs(files, {state})}
}

const moved = (message: number, copy: number): Step[] => [
  ['intent', message],
  ['sent', [message, copy]],
  ['deleted', message],
]

describe('journals of several hosts', () => {
  it('add up, each message counted once', async () => {
    const {result, jobs} = await merged(
      {steps: [...moved(1, 101), ...moved(2, 102)], end: 'completed'},
      {steps: [...moved(3, 103), ['intent', 4], ['rejected', 4]], end: 'completed'},
      {
        steps: [
          ['intent', 4, 5],
          ['rejected', 4],
          ['unknown', 5],
        ],
        end: 'completed',
      },
    )
    expect(result).toMatchObject({
      source: DLQ,
      account: '000000000000',
      region: 'us-east-1',
      totals: {messages: 5, moved: 3, uncertain: 1, discarded: 0, notSent: 1},
      counts: {intents: 6, sent: 3, rejected: 2, unknown: 1, unverified: 0, deleted: 3},
    })
    expect(result.jobs.map(({job, state, moved: copies}) => [job, state, copies])).toEqual([
      [jobs[0], 'completed', 2],
      [jobs[1], 'completed', 1],
      [jobs[2], 'completed', 0],
    ])
    expect(result.possibleDuplicates).toEqual([
      {
        messageId: messageId(5),
        certainty: 'possible',
        copies: [{job: jobs[2], state: 'unknown', newMessageId: null}],
        deleted: false,
      },
    ])
  })

  it('tell a message that two of them sent, with both copies', async () => {
    const {result, jobs} = await merged({steps: moved(1, 101)}, {steps: moved(1, 201)}, {steps: moved(2, 102)})
    expect(result.totals).toEqual({messages: 2, moved: 2, uncertain: 0, discarded: 0, notSent: 0})
    expect(result.possibleDuplicates).toEqual([
      {
        messageId: messageId(1),
        certainty: 'definite',
        copies: [
          {job: jobs[0], state: 'sent', newMessageId: messageId(101)},
          {job: jobs[1], state: 'sent', newMessageId: messageId(201)},
        ],
        deleted: true,
      },
    ])
  })

  it.each<{what: string; first: Step[]; copies: [string, number | null][]}>([
    {
      what: 'a send of unknown outcome',
      first: [
        ['intent', 1],
        ['unknown', 1],
      ],
      copies: [['unknown', null]],
    },
    {what: 'a send that a kill cut off', first: [['intent', 1]], copies: [['intent', null]]},
    {
      what: 'a copy that is not proven',
      first: [
        ['intent', 1],
        ['unverified', [1, 101]],
      ],
      copies: [['unverified', 101]],
    },
    {
      what: 'two sends, of which one has no outcome',
      first: [
        ['intent', 1],
        ['intent', 1],
        ['sent', [1, 101]],
        ['deleted', 1],
      ],
      copies: [
        ['intent', null],
        ['sent', 101],
      ],
    },
  ])('may have made a second copy: $what', async ({first, copies}) => {
    const alone = await merged({steps: first}, {steps: moved(9, 109)})
    const shared = await merged({steps: first}, {steps: moved(1, 201)})
    const own = (job: string | undefined) =>
      copies.map(([state, copy]) => ({job, state, newMessageId: copy === null ? null : messageId(copy)}))
    expect(alone.result.possibleDuplicates).toMatchObject([
      {messageId: messageId(1), certainty: 'possible', copies: own(alone.jobs[0])},
    ])
    const isSent = copies.some(([state]) => state === 'sent')
    expect(shared.result.possibleDuplicates).toMatchObject([
      {
        messageId: messageId(1),
        certainty: isSent ? 'definite' : 'possible',
        copies: [...own(shared.jobs[0]), {job: shared.jobs[1], state: 'sent', newMessageId: messageId(201)}],
      },
    ])
  })

  it('list no message that was refused by one and moved by another', async () => {
    const {result} = await merged(
      {
        steps: [
          ['intent', 1],
          ['rejected', 1],
        ],
      },
      {steps: moved(1, 101)},
    )
    expect(result.possibleDuplicates).toEqual([])
    expect(result.totals).toEqual({messages: 1, moved: 1, uncertain: 0, discarded: 0, notSent: 0})
  })

  it('count a refused send as no copy, also of a message that is listed', async () => {
    const {result, jobs} = await merged(
      {steps: [['intent', 1], ['rejected', 1], ...moved(1, 101)]},
      {
        steps: [
          ['intent', 1],
          ['unknown', 1],
        ],
      },
    )
    expect(result.possibleDuplicates).toMatchObject([
      {
        messageId: messageId(1),
        copies: [
          {job: jobs[0], state: 'sent'},
          {job: jobs[1], state: 'unknown'},
        ],
      },
    ])
  })

  it('count what was deleted without a copy by itself, and list it as no duplicate', async () => {
    const {result} = await merged(
      {
        steps: [
          ['discarded', 1, 2],
          ['deleted', 1],
        ],
      },
      {steps: [['discarded', 1], ['deleted', 1], ...moved(3, 103)]},
    )
    expect(result.totals).toEqual({messages: 3, moved: 1, uncertain: 0, discarded: 2, notSent: 0})
    expect(result.possibleDuplicates).toEqual([])
  })

  it('list no message whose second send SQS answered with the copy it had', async () => {
    const {result} = await merged({steps: moved(1, 101), fifo: true}, {steps: moved(1, 101), fifo: true})
    expect(result.possibleDuplicates).toEqual([])
  })

  it('list a copy whose delete nobody recorded, unless the source is kept', async () => {
    const steps: Step[] = [
      ['intent', 1],
      ['sent', [1, 101]],
    ]
    expect((await merged({steps}, {steps: moved(2, 102)})).result.possibleDuplicates).toMatchObject([
      {messageId: messageId(1), certainty: 'possible', deleted: false},
    ])
    expect((await merged({steps, mode: 'keep'}, {steps: moved(2, 102)})).result.possibleDuplicates).toEqual([])
  })

  it('of a running job list what is under way only where another run sent it too, in whatever order they are given', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {
      steps: [
        ['intent', 1, 2],
        ['intent', 3],
        ['sent', [3, 103]],
      ],
      running: true,
    })
    const other = await temporaryHome()
    const {job, file} = await writeRun(other.state, {steps: moved(1, 101), minute: 1})
    const copies = [
      {job, state: 'sent', newMessageId: messageId(101)},
      {job: running.job, state: 'intent', newMessageId: null},
    ]
    const arguments_ = [argumentOf(running), {kind: 'journal', job: undefined, path: file} as const]
    for (const order of [arguments_, [...arguments_].reverse()]) {
      const {possibleDuplicates} = await mergeJobs(order, {state})
      expect(possibleDuplicates).toEqual([{messageId: messageId(1), certainty: 'possible', copies, deleted: true}])
    }
    await running.close()
  })

  it.each<{name: string; scene: Scene}>([
    {name: 'source', scene: {source: 'arn:aws:sqs:us-east-1:000000000000:other-dlq'}},
    {name: 'account', scene: {account: '111111111111'}},
    {name: 'endpoint', scene: {endpoint: 'http://127.0.0.1:4566'}},
  ])('are refused when their $name differs', async ({name, scene}) => {
    await expect(merged({}, scene)).rejects.toMatchObject({
      code: 'JournalsDiffer',
      exitCode: 2,
      message: expect.stringContaining(`: ${name} is `) as string,
    })
  })

  it('are refused when one is given twice, also as a copy of its file', async () => {
    const {state, home} = await temporaryHome()
    const journal = await writeRun(state, {steps: moved(1, 101)})
    const copy = path.join(home, 'copy.wal')
    await copyFile(journal.file, copy)
    await expect(
      mergeJobs([argumentOf(journal), {kind: 'journal', job: undefined, path: copy}], {state}),
    ).rejects.toMatchObject({code: 'JournalGivenTwice', exitCode: 2})
  })

  it('are refused when one is damaged: a sum without a part of it would be wrong', async () => {
    const {state} = await temporaryHome()
    const whole = await writeRun(state, {steps: moved(1, 101)})
    const damaged = await writeRun(state, {steps: [...moved(2, 102), ...moved(3, 103)], minute: 1})
    const bytes = await readFile(damaged.file)
    bytes[bytes.indexOf('"S"')] = 0x7e
    await writeFile(damaged.file, bytes)
    await expect(mergeJobs([argumentOf(whole), argumentOf(damaged)], {state})).rejects.toMatchObject({
      code: 'JournalDamaged',
    })
  })
})
