import {describe, expect, it} from 'vitest'
import {MessageStates} from '../../../../src/lib/redrive/journal/message-states.js'
import type {MessageRecord} from '../../../../src/lib/redrive/journal/records.js'
import {messageId} from './samples.js'

const ID = messageId(1)
const COPY = messageId(2)

/** A word a record: I, S, X, U, V, D as the journal writes them. Intents are a second apart. */
function after(letters: string, keepsSource = false): {states: MessageStates; irregular: string[]} {
  const states = new MessageStates(keepsSource)
  const irregular = letters.split('').flatMap((letter, index) => states.apply(recordOf(letter, index)))
  return {states, irregular}
}

function recordOf(letter: string, index: number): MessageRecord {
  const messageIds = [ID]
  switch (letter) {
    case 'I':
      return {type: 'intent', atMs: 1000 * (index + 1), messageIds, digests: ['digest']}
    case 'S':
      return {type: 'sent', messageIds, newMessageIds: [COPY]}
    case 'V':
      return {type: 'unverified', messageIds, newMessageIds: [undefined]}
    case 'D':
      return {type: 'deleted', messageIds}
    default:
      return {type: letter === 'X' ? 'rejected' : 'unknown', messageIds, newMessageIds: []}
  }
}

describe('the state of a message', () => {
  it.each([
    ['I', 'intent', true],
    ['IS', 'sent', false],
    ['ISD', 'deleted', false],
    ['IX', 'rejected', false],
    ['IXIS', 'sent', false],
    ['IU', 'unknown', true],
    ['IV', 'unverified', true],
    // The first send may have arrived, so the copy that is known now may be the second.
    ['II', 'intent', true],
    ['IISD', 'deleted', true],
    ['IUIS', 'sent', true],
    // A definite no to the second attempt says nothing of the first.
    ['IIX', 'unknown', true],
    ['IUIX', 'unknown', true],
    ['IVIX', 'unknown', true],
    // A copy that is verified stays so.
    ['ISI', 'sent', true],
    ['ISDI', 'deleted', true],
  ])('after %s is %s', (letters, state, uncertain) => {
    const {states} = after(letters)
    expect(states.get(ID)).toBe(state)
    expect([...states.entries()]).toEqual([[ID, state]])
    expect(states.counts).toEqual({
      intent: 0,
      sent: 0,
      deleted: 0,
      rejected: 0,
      unknown: 0,
      unverified: 0,
      discarded: 0,
      [state]: 1,
    })
    expect([...states.uncertain()].map(message => message.messageId)).toEqual(uncertain ? [ID] : [])
  })

  it('comes with digest, copy and the times of the first and the last attempt', () => {
    expect(after('IUIS').states.detailsOf(ID)).toEqual({
      digest: 'digest',
      newMessageId: COPY,
      firstAttemptMs: 1000,
      lastAttemptMs: 3000,
      attempts: 2,
    })
  })

  it('counts five minutes from the first attempt that may have been taken, not from one that was refused', () => {
    expect(after('IXI').states.detailsOf(ID)).toMatchObject({firstAttemptMs: 3000, lastAttemptMs: 3000, attempts: 1})
  })

  it('comes without details once nothing depends on them', () => {
    expect(after('ISD').states.detailsOf(ID)).toBeUndefined()
    expect(after('IX').states.detailsOf(ID)).toBeUndefined()
    expect(after('IS', true).states.detailsOf(ID)).toBeUndefined()
    expect(after('IUISD').states.detailsOf(ID)).toMatchObject({newMessageId: COPY})
  })

  it.each([
    ['ISI', `message ${ID}: intent although a copy is recorded`],
    ['ID', `message ${ID}: deleted although no copy is recorded`],
    ['IUD', `message ${ID}: deleted although no copy is recorded`],
    ['S', `message ${ID}: sent without an intent`],
    ['ISS', `message ${ID}: sent without an intent`],
  ])('is irregular after %s', (letters, text) => {
    expect(after(letters).irregular).toEqual([text])
  })

  it.each(['ISD', 'ISDD', 'IXIXIS', 'IIS', 'IUISD', 'IVIS'])('is regular after %s', letters => {
    expect(after(letters).irregular).toEqual([])
  })
})

describe('forget', () => {
  it('leaves the counts and nothing else', () => {
    const {states} = after('IU')
    states.forget()
    expect(states.counts).toMatchObject({unknown: 1, intent: 0, sent: 0, deleted: 0})
    expect([...states.entries()]).toEqual([])
    expect([...states.uncertain()]).toEqual([])
    expect(states.detailsOf(ID)).toBeUndefined()
  })
})
