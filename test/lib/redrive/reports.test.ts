import {describe, expect, test} from 'vitest'
import type {RedriveSummary} from '../../../src/lib/redrive/events.js'
import {explainFailureReason} from '../../../src/lib/redrive/failure-reason.js'
import {progressText} from '../../../src/lib/redrive/follow.js'
import {parseRate} from '../../../src/lib/redrive/rate.js'
import {redriveReport} from '../../../src/lib/redrive/reports.js'

const done: RedriveSummary = {
  event: 'done',
  engine: 'client',
  job: null,
  state: 'completed',
  source: 'arn:aws:sqs:eu-west-1:111122223333:orders-dlq',
  destination: 'arn:aws:sqs:eu-west-1:111122223333:orders',
  mode: 'move',
  selected: 10,
  moved: 10,
  discarded: 0,
  skipped: 0,
  returned: 0,
  failed: 0,
  left: 0,
  remaining: 0,
  failures: [],
  possibleDuplicates: [],
  requests: 9,
  durationMs: 1200,
}
const duplicate = {messageId: 'm', reason: 'unknownOutcome', resent: false, code: 'NoReply', message: 'x'} as const

describe('exit codes', () => {
  test.each<[string, Partial<RedriveSummary>, number | undefined]>([
    ['all moved', {}, undefined],
    ['an empty queue', {selected: 0, moved: 0}, undefined],
    ['late messages skipped', {skipped: 3}, undefined],
    ['one failed', {moved: 9, failed: 1}, 3],
    ['one left', {moved: 9, left: 1}, 3],
    ['stopped early', {state: 'stopped'}, 3],
    ['sent twice, perhaps', {possibleDuplicates: [{...duplicate, resent: true}]}, 9],
    ['in doubt, and still in the source', {moved: 9, possibleDuplicates: [duplicate]}, 3],
    ['one of both', {moved: 9, possibleDuplicates: [duplicate, {...duplicate, resent: true}]}, 3],
    ['a possible duplicate and failures', {failed: 2, possibleDuplicates: [duplicate]}, 3],
    ['a possible duplicate, and stopped early', {state: 'stopped', possibleDuplicates: [duplicate]}, 3],
    ['interrupted', {state: 'interrupted', moved: 3}, undefined],
    ['left to AWS', {state: 'running', engine: 'native', moved: 0}, undefined],
    ["AWS's task failed before it moved anything", {state: 'failed', engine: 'native', moved: 0}, 1],
    ["AWS's task failed midway", {state: 'failed', engine: 'native', moved: 4}, 3],
    ['cancelled by someone else', {state: 'cancelled', engine: 'native', moved: 4}, 3],
  ])('%s', (_name, overrides, exitCode) => {
    expect(redriveReport({...done, ...overrides}).exitCode).toBe(exitCode)
  })
})

describe('what is said', () => {
  test('a possible duplicate is a warning that says where to look', () => {
    expect(redriveReport({...done, possibleDuplicates: [duplicate]}).warnings).toEqual([
      '1 message is still in orders-dlq and may be in the destination as well: see possibleDuplicates. Look there before you redrive them again.',
    ])
  })

  test('one that could not be deleted is in the destination, and perhaps in the source', () => {
    const undeleted = {...duplicate, reason: 'notDeleted'} as const
    expect(redriveReport({...done, possibleDuplicates: [undeleted]}).warnings).toEqual([
      '1 message is in the destination, and may still be in orders-dlq as well, because the delete could not be confirmed: see possibleDuplicates. Another redrive would send what is there again.',
    ])
  })

  test('a message that was sent again is no longer in the dead-letter queue', () => {
    expect(redriveReport({...done, possibleDuplicates: [{...duplicate, resent: true}]}).warnings).toEqual([
      '1 message may be in the destination twice: the first send had no known outcome. See possibleDuplicates.',
    ])
  })

  test('a job that ended before its end is resumable: interrupted it exits with 75, and the words to go on are there', () => {
    const words = 'msgops job resume rd-1'
    const job = {...done, job: 'rd-1'}
    expect(redriveReport({...job, state: 'interrupted'}, words)).toMatchObject({
      exitCode: 75,
      warnings: [`It can be gone on with: ${words}`],
    })
    expect(redriveReport({...job, state: 'stopped'}, words)).toMatchObject({
      exitCode: 3,
      warnings: ['The redrive ended early: stopped.', `It can be gone on with: ${words}`],
    })
    expect(redriveReport(job, words)).toEqual({warnings: [], notes: [], exitCode: undefined})
  })

  test('failures and an early end are warnings', () => {
    expect(redriveReport({...done, state: 'stopped', reason: 'because', failed: 2}).warnings).toEqual([
      '2 messages could not be moved and are still in orders-dlq.',
      'The redrive ended early: because.',
    ])
  })

  test('an interruption, late messages and a task left running are notes', () => {
    expect(redriveReport({...done, state: 'interrupted', skipped: 1}).notes).toEqual([
      'Interrupted: the batch under way was finished, and everything else has been given back.',
      '1 message stayed: not selected, or arrived after the start.',
    ])
    expect(redriveReport({...done, engine: 'native', job: 'h', state: 'running'}).notes).toEqual([
      'Follow it: msgops dlq redrive orders-dlq --attach',
    ])
  })
})

test.each([
  ['50', 50],
  ['50/s', 50],
  ['0.5/s', 0.5],
  [' 7 ', 7],
])('rate %j is %f a second', (text, perSecond) => {
  expect(parseRate(text)).toBe(perSecond)
})

test.each(['', '0', '0/s', '-1', '5/m', '1e3', 'fast', '1/s/s', 'Infinity', '0x10'])('rate %j is refused', text => {
  expect(() => parseRate(text)).toThrow(expect.objectContaining({code: 'RateInvalid', exitCode: 2}))
})

test('progress in one line', () => {
  expect(
    progressText({event: 'progress', moved: 120, failed: 2, skipped: 0, toMove: 400, perSecond: 35, etaSeconds: 8}),
  ).toBe('Moved 120 of about 400, 2 failed, 35/s, about 8 s left')
  expect(progressText({event: 'progress', moved: 0, failed: 0, skipped: 0, note: 'checking'})).toBe('Moved 0, checking')
})

test.each([
  [
    'AWS.SimpleQueueService.NonExistentQueue',
    /^AWS\.SimpleQueueService\.NonExistentQueue: the destination has been deleted/,
  ],
  ['AccessDenied', /^AccessDenied: the caller may not do all of it: sqs:ReceiveMessage/],
  ['SomethingNew: text', /^SomethingNew: text$/],
  [undefined, /^AWS gave no reason$/],
])('failure reason %j', (reason, text) => {
  expect(explainFailureReason(reason)).toMatch(text)
})
