import {expect, test} from 'vitest'
import {check, type Verdict} from './checker.js'
import type {Copy, Planted} from './planted.js'

const NOTHING_SAID = {possibleDuplicates: new Set<string>(), moved: new Set<string>()}

const one: Planted = {
  mark: 'mark-000001-',
  messageId: 'id-1',
  body: 'mark-000001- body',
  attributes: {n: {DataType: 'Number', StringValue: '1'}},
  groupId: 'g',
}
const two: Planted = {mark: 'mark-000002-', messageId: 'id-2', body: 'mark-000002- body', attributes: {}, groupId: 'g'}

function moved(message: Planted, over: Partial<Copy> = {}): Copy {
  const {body, attributes, groupId} = message
  return {place: 'destination', messageId: `copy of ${message.messageId}`, body, attributes, groupId, ...over}
}

function left(message: Planted): Copy {
  return moved(message, {place: 'source', messageId: message.messageId})
}

const fine: Partial<Verdict> = {ok: true, lost: [], duplicated: [], unreported: [], unexpected: [], altered: []}

test('every message once, here or there, is fine', () => {
  expect(check([one, two], [moved(one), left(two)], NOTHING_SAID)).toMatchObject({
    ...fine,
    delivered: 1,
    left: 1,
  })
})

test('a message in no queue is lost', () => {
  expect(check([one, two], [moved(two)], NOTHING_SAID)).toMatchObject({ok: false, lost: ['mark-000001-']})
})

test('a second copy is a broken promise unless it was listed', () => {
  const copies = [moved(one), moved(one, {messageId: 'again'}), moved(two)]
  expect(check([one, two], copies, NOTHING_SAID)).toMatchObject({ok: false, unreported: ['mark-000001-']})
  const said = {...NOTHING_SAID, possibleDuplicates: new Set(['id-1', 'id-2'])}
  expect(check([one, two], copies, said)).toMatchObject({
    ok: true,
    duplicated: ['mark-000001-'],
    unreported: [],
    reportedNotFound: ['mark-000002-'],
  })
})

test('a copy in the destination of a message that is still in the source counts as a second one', () => {
  expect(check([one], [left(one), moved(one)], NOTHING_SAID)).toMatchObject({ok: false, unreported: ['mark-000001-']})
})

test.each([
  ['body', {body: 'mark-000001- b0dy'}],
  ['attribute value', {attributes: {n: {DataType: 'Number', StringValue: '1.0'}}}],
  ['attribute type', {attributes: {n: {DataType: 'String', StringValue: '1'}}}],
  ['missing attribute', {attributes: {}}],
  ['group', {groupId: 'h'}],
  ['trace header', {traceHeader: 'Root=1'}],
])('an altered %s is seen', (_, over) => {
  expect(check([one], [moved(one, over)], NOTHING_SAID)).toMatchObject({ok: false, altered: ['mark-000001-']})
})

test('a copy of nothing that was planted is unexpected', () => {
  expect(check([one], [moved(one), moved(two)], NOTHING_SAID)).toMatchObject({
    ok: false,
    unexpected: ['destination: mark-000002- body'],
  })
})

test('a message said to be moved must be there, and only there', () => {
  const said = {possibleDuplicates: new Set(['id-1']), moved: new Set(['id-1'])}
  expect(check([one], [left(one)], said)).toMatchObject({ok: false, falselyMoved: ['mark-000001-']})
  expect(check([one], [left(one), moved(one)], said)).toMatchObject({ok: false, falselyMoved: ['mark-000001-']})
  expect(check([one], [moved(one)], said)).toMatchObject({ok: true, falselyMoved: []})
})

test('the first copies of a group keep its order, and what is left comes last', () => {
  const at = (message: Planted, sequenceNumber: string) => moved(message, {sequenceNumber})
  const listed = {...NOTHING_SAID, possibleDuplicates: new Set(['id-1', 'id-2'])}
  const verdict = (...copies: Copy[]) => check([one, two], copies, listed, true)
  expect(verdict(at(one, '18850000000000000256'), at(two, '18850000000000000512'))).toMatchObject({ok: true})
  expect(verdict(at(two, '18850000000000000256'), at(one, '18850000000000000512'))).toMatchObject({reordered: ['g']})
  expect(verdict(at(one, '1'), at(two, '2'), at(one, '3'))).toMatchObject({ok: true})
  expect(verdict(at(one, '1'), left(two))).toMatchObject({ok: true})
  expect(verdict(left(one), at(two, '1'))).toMatchObject({ok: false, reordered: ['g']})
})
