import {describe, expect, test} from 'vitest'
import {doubtsOf} from '../../../src/lib/jobs/doubt.js'
import type {JournalHeader} from '../../../src/lib/redrive/journal/header.js'
import {MessageStates} from '../../../src/lib/redrive/journal/message-states.js'
import {knownMessages} from '../../../src/lib/redrive/known-messages.js'

const ID = '00000000-0000-4000-8000-000000000001'
const COPY = '00000000-0000-4000-8000-0000000000aa'
const NOW = 10_000_000

/** A journal in which the message was sent twice, the first time without an outcome, so many seconds apart. */
function sentTwice(secondsApart: number, {deleted}: {deleted: boolean}): MessageStates {
  const states = new MessageStates(false)
  const firstMs = NOW - 1_000_000
  states.apply({type: 'intent', atMs: firstMs, messageIds: [ID], digests: undefined})
  states.apply({type: 'intent', atMs: firstMs + secondsApart * 1000, messageIds: [ID], digests: undefined})
  states.apply({type: 'sent', messageIds: [ID], newMessageIds: [COPY]})
  if (deleted) states.apply({type: 'deleted', messageIds: [ID]})
  return states
}

const known = (states: MessageStates, fifo: boolean) => [...knownMessages(states, {nowMs: NOW, fifo})]
const doubts = (states: MessageStates, fifo: boolean) =>
  doubtsOf(states, {mode: 'move', fifo} as JournalHeader, {running: false}).map(({reason}) => reason)

describe('a message that was sent twice, and is gone from the source', () => {
  test.each([
    {fifo: false, secondsApart: 1, twice: true},
    {fifo: false, secondsApart: 1000, twice: true},
    // SQS drops the second of two FIFO sends for five minutes; half a minute of them is left for the way there.
    {fifo: true, secondsApart: 1, twice: false},
    {fifo: true, secondsApart: 269, twice: false},
    {fifo: true, secondsApart: 270, twice: true},
    {fifo: true, secondsApart: -1, twice: true},
  ])('fifo $fifo, $secondsApart s apart: two copies are possible: $twice', ({fifo, secondsApart, twice}) => {
    const states = sentTwice(secondsApart, {deleted: true})
    expect(known(states, fifo)).toEqual([
      {
        messageId: ID,
        state: 'deleted',
        newMessageId: COPY,
        attemptedMsAgo: 1_000_000,
        ...(twice ? {uncertain: true} : {}),
      },
    ])
    expect(doubts(states, fifo)).toEqual(twice ? ['sentAgain'] : [])
  })
})

test('what was sent and not deleted is in doubt, on a FIFO queue too', () => {
  expect(doubts(sentTwice(1, {deleted: false}), true)).toHaveLength(1)
})

test('of a message in the middle of a send the time since the first attempt is known, unless the clock was set back', () => {
  const states = new MessageStates(false)
  states.apply({type: 'intent', atMs: NOW - 5000, messageIds: [ID], digests: undefined})
  expect(known(states, true)).toEqual([{messageId: ID, state: 'intent', attemptedMsAgo: 5000}])
  const future = new MessageStates(false)
  future.apply({type: 'intent', atMs: NOW + 5000, messageIds: [ID], digests: undefined})
  expect(known(future, true)).toEqual([{messageId: ID, state: 'intent'}])
})
