import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import type {SelectionFlags, Verdict} from '../../../src/lib/selection/selection.js'
import {compileSelection} from '../../../src/lib/selection/selection.js'
import {message} from './message.js'

const now = new Date('2026-01-02T00:00:00.000Z')

async function verdict(flags: SelectionFlags, view: Partial<MessageView> = {}): Promise<Verdict> {
  return (await compileSelection(flags, {now})).matches(message(view))
}

const text = (stringValue: string, dataType = 'String') => ({dataType, stringValue})
const binary = (binaryValue: string, dataType = 'Binary') => ({dataType, binaryValue})

describe('compileSelection', () => {
  it('selects every message when nothing is asked', async () => {
    const selection = await compileSelection({}, {now})
    expect(selection).toMatchObject({text: 'every message', everything: true, flags: {}})
    expect(selection.matches(message())).toBe('match')
  })

  it.each<[SelectionFlags, Partial<MessageView>, Verdict]>([
    [{where: "body.type == 'order'"}, {}, 'match'],
    [{where: "body.type == 'refund'"}, {}, 'no-match'],
    [{where: 'body.id == `42`'}, {}, 'match'],
    [{where: 'body.id == `9007199254740992`'}, {body: '{"id":9007199254740993}'}, 'no-match'],
    [{where: 'body.id == `9007199254740993`'}, {body: '{"id":9007199254740993}'}, 'match'],
    [{where: 'approximateReceiveCount > `3`'}, {}, 'match'],
    [{where: 'to_number(attributes.ApproximateReceiveCount) > `4`'}, {}, 'no-match'],
    [{where: "starts_with(sentAt, '2026-01')"}, {}, 'match'],
    [{where: "messageAttributes.kind.stringValue == 'a'"}, {messageAttributes: {kind: text('a')}}, 'match'],
    [{where: 'messageAttributes."__proto__".stringValue'}, {messageAttributes: {}}, 'no-match'],
    [{pattern: '{"body":{"type":["order"]}}'}, {}, 'match'],
    [{pattern: '{"body":{"type":["refund"]}}'}, {}, 'no-match'],
    [{pattern: '{"body":{"id":[{"numeric":[">",41,"<=",42]}]}}'}, {}, 'match'],
    [{pattern: '{"body":{"id":["42"]}}'}, {}, 'no-match'],
    [{pattern: '{"body":{"id":[9007199254740993]}}'}, {body: '{"id":9007199254740992}'}, 'no-match'],
    [{pattern: '{"body":{"id":[123456789012345678]}}'}, {body: '{"id":123456789012345678}'}, 'match'],
    [{pattern: '{"body":{"id":[123456789012345678]}}'}, {body: '{"id":123456789012345679}'}, 'no-match'],
    [{pattern: '{"body":{"id":[2]}}'}, {body: '{"id":1,"id":2}'}, 'match'],
    [{pattern: '{"body":{"n":{"a":[1],"b":[2]}}}'}, {body: '{"n":[{"a":1},{"b":2}]}'}, 'no-match'],
    [{pattern: '{"body":{"n":{"a":[1],"b":[2]}}}'}, {body: '{"n":[{"b":2,"a":1}]}'}, 'match'],
    [{pattern: '{"body":[2]}'}, {body: ' [1,2]'}, 'match'],
    [{pattern: '{"body":["plain"]}'}, {body: 'plain'}, 'match'],
    [{pattern: '{"body":["4711"]}'}, {body: '4711'}, 'no-match'],
    [{pattern: '{"body":[4711]}'}, {body: ' 4711\n'}, 'match'],
    [{pattern: '{"body":["0815"]}'}, {body: '0815'}, 'match'],
    [{pattern: '{"body":["pat"]}'}, {body: '"pat"'}, 'match'],
    [{pattern: '{"body":["\\"pat\\""]}'}, {body: '"pat"'}, 'no-match'],
    [{pattern: '{"body":[true]}'}, {body: 'true'}, 'match'],
    [{pattern: '{"body":["true "]}'}, {body: 'true!'}, 'no-match'],
    [{pattern: '{"body":["true!"]}'}, {body: 'true!'}, 'match'],
    [{pattern: '{"body":[null]}'}, {body: 'null'}, 'match'],
    [{pattern: '{"body":["{\\"type\\":\\"order\\""]}'}, {body: '{"type":"order"'}, 'match'],
    [{pattern: '{"body":{"type":["order"]}}'}, {body: '{"type":"order"}', bodyEncoding: 'base64'}, 'no-match'],
    // A body cannot write fields of the view.
    [{pattern: '{"source":["x"]}'}, {body: '{},"source":"x"'}, 'no-match'],
    [{pattern: '{"source":["x"]}'}, {body: '[]}","source":"x"'}, 'no-match'],
    [{pattern: '{"source":[{"exists":false}]}'}, {}, 'match'],
    [{pattern: '{"approximateReceiveCount":[{"numeric":[">",3]}]}'}, {}, 'match'],
    [{pattern: '{"attributes":{"ApproximateReceiveCount":["4"]}}'}, {}, 'match'],
    [
      {pattern: '{"messageAttributes":{"kind":{"stringValue":[{"prefix":"a"}]}}}'},
      {messageAttributes: {kind: text('ab')}},
      'match',
    ],
    [{pattern: '{"$or":[{"body":{"type":["x"]}},{"messageId":[{"prefix":"0a9c"}]}]}'}, {}, 'match'],
    [{where: "body == 'plain'"}, {body: 'plain'}, 'match'],
    [{where: "body == '4711'"}, {body: '4711'}, 'no-match'],
    [{where: 'body == `4711`'}, {body: '4711'}, 'match'],
    [{where: 'body == `9007199254740993`'}, {body: '9007199254740992'}, 'no-match'],
    [{where: "body == '0815'"}, {body: '0815'}, 'match'],
    [{where: "body == 'x'"}, {body: '"x"'}, 'match'],
    [{where: 'body == \'"x"\''}, {body: '"x"'}, 'no-match'],
    [{where: 'body'}, {body: 'false'}, 'no-match'],
    [{where: "body == 'false alarm'"}, {body: 'false alarm'}, 'match'],
    [{where: 'body[1] == `2`'}, {body: ' [1,2]'}, 'match'],
    [{where: 'body.type'}, {body: '{"type":"order"'}, 'no-match'],
    [{where: "type(body) == 'string'"}, {body: '{"type":"order"'}, 'match'],
    [{where: 'source'}, {}, 'no-match'],
    [{where: "type(body) == 'string'"}, {body: '{}', bodyEncoding: 'base64'}, 'match'],
  ])('%j on %j', async (flags, view, expected) => {
    expect(await verdict(flags, view)).toEqual(expected)
  })

  it.each([
    ['`0`', 'match'],
    ["'false'", 'match'],
    ['`true`', 'match'],
    ['`[0]`', 'match'],
    ['`null`', 'no-match'],
    ['`false`', 'no-match'],
    ["''", 'no-match'],
    ['`[]`', 'no-match'],
    ['`{}`', 'no-match'],
  ])('--where %s decides as JMESPath holds for true', async (where, expected) => {
    expect(await verdict({where})).toBe(expected)
  })

  it('leaves a message that an expression fails on', async () => {
    expect(await verdict({where: 'length(body.id) > `1`'})).toEqual({
      error: '--where: length() takes an array or an object or a string, not a number',
    })
    expect(await verdict({where: 'body.id'}, {body: '{"id":1,"id":2}'})).toEqual({
      error: '--where: the JSON has the name "id" twice in one object',
    })
    expect(
      await verdict({where: 'body[?contains($.body, @)]'}, {body: JSON.stringify(Array.from(Array(9999).keys()))}),
    ).toEqual({
      error: '--where: the expression takes too long on this message',
    })
    const deep = `{"a":${'['.repeat(2000)}1${']'.repeat(2000)}}`
    expect(await verdict({pattern: '{"body":{"a":[1]}}'}, {body: deep})).toEqual({
      error: '--pattern: EventBridge cannot read it as an event: Parameter Event is not valid.',
    })
    expect(await verdict({where: 'body'}, {body: '['.repeat(500_000)})).toEqual({
      error: '--where: the JSON is nested deeper than 1000 levels',
    })
  })

  it('does not read the body for an expression that has no need of it', async () => {
    expect(await verdict({where: 'approximateReceiveCount == `4`'}, {body: '{"id":1,"id":2}'})).toBe('match')
  })

  it.each<[SelectionFlags, Partial<MessageView>, Verdict]>([
    [{match: 'ord.r'}, {}, 'match'],
    [{match: '^order$'}, {}, 'no-match'],
    [{match: 'ORDER'}, {}, 'no-match'],
    [{match: '(?i)ORDER'}, {}, 'match'],
    [{match: '(?m)^two$'}, {body: 'one\ntwo\n'}, 'match'],
    [{match: '\\p{Greek}'}, {body: 'λ'}, 'match'],
    [{match: '^.$'}, {body: '😀'}, 'match'],
    [{match: 'a{1000}b'}, {body: 'a'.repeat(999)}, 'no-match'],
    [{match: 'x{60}'}, {body: 'x'.repeat(1_048_576)}, 'match'],
    [
      {match: '[ac].{900}[bd]$'},
      {body: 'a'.repeat(1_048_576)},
      {error: '--match: the body is too long (1048576 characters) for a regular expression of 905 steps'},
    ],
  ])('%j', async (flags, view, expected) => {
    expect(await verdict(flags, view)).toEqual(expected)
  })

  it.each<[string, MessageView['messageAttributes'], Verdict]>([
    ['kind', {kind: text('')}, 'match'],
    ['kind', {}, 'no-match'],
    ['kind=a', {kind: text('a')}, 'match'],
    ['kind=a', {kind: text('A')}, 'no-match'],
    ['kind=a=b', {kind: text('a=b')}, 'match'],
    ['kind=', {kind: text('')}, 'match'],
    ['kind=', {kind: text('a')}, 'no-match'],
    ['kind=1', {kind: text('1.0')}, 'no-match'],
    ['n=1', {n: text('1.0', 'Number')}, 'match'],
    ['n=1e2', {n: text('100', 'Number.float')}, 'match'],
    ['n=9007199254740993', {n: text('9007199254740992', 'Number')}, 'no-match'],
    ['n=x', {n: text('1', 'Number')}, 'no-match'],
    ['n=1', {n: text('1', 'Numeric')}, 'match'],
    ['n=1', {n: text('1.0', 'Numeric')}, 'no-match'],
    ['b=AAEC', {b: binary('AAEC', 'Binary.png')}, 'match'],
    ['b=AA', {b: binary('AA==')}, 'match'],
    ['b=_-8', {b: binary('/+8=')}, 'match'],
    ['b=AAED', {b: binary('AAEC')}, 'no-match'],
    ['constructor', {}, 'no-match'],
    ['__proto__', {}, 'no-match'],
    ['kind=order', {Kind: text('order')}, 'no-match'],
  ])('--attribute %s on %j', async (attribute, messageAttributes, expected) => {
    expect(await verdict({attribute: [attribute]}, {messageAttributes})).toBe(expected)
  })

  it('asks for every attribute that is given', async () => {
    const messageAttributes = {a: text('1'), b: text('2')}
    expect(await verdict({attribute: ['a=1', 'b=2']}, {messageAttributes})).toBe('match')
    expect(await verdict({attribute: ['a=1', 'b=3']}, {messageAttributes})).toBe('no-match')
    expect(await verdict({attribute: ['a', 'c']}, {messageAttributes})).toBe('no-match')
  })

  // The message was sent 2026-01-01T00:00:00Z, a day before now.
  it.each<[SelectionFlags, Verdict]>([
    [{olderThan: '2026-01-01T00:00:00.001Z'}, 'match'],
    [{olderThan: '2026-01-01T00:00:00Z'}, 'no-match'],
    [{newerThan: '2026-01-01T00:00:00Z'}, 'match'],
    [{newerThan: '2026-01-01T00:00:00.001Z'}, 'no-match'],
    [{olderThan: '2026-01-01T02:00:00+02:00'}, 'no-match'],
    [{olderThan: '2026-01-01T01:00-0100'}, 'match'],
    [{olderThan: '86399'}, 'match'],
    [{olderThan: '86400'}, 'no-match'],
    [{newerThan: '86400s'}, 'match'],
    [{olderThan: '23h'}, 'match'],
    [{olderThan: '-23h'}, 'match'],
    [{olderThan: '1441m'}, 'no-match'],
    [{newerThan: '1d'}, 'match'],
    [{newerThan: '1w', olderThan: '1h'}, 'match'],
    [{newerThan: '1w', olderThan: '2d'}, 'no-match'],
  ])('%j', async (flags, expected) => {
    expect(await verdict(flags)).toBe(expected)
  })

  it('leaves a message whose time is not known', async () => {
    expect(await verdict({olderThan: '1h'}, {attributes: {}})).toEqual({error: 'the time it was sent is not known'})
    expect(await verdict({olderThan: '1h'}, {attributes: {SentTimestamp: 'soon'}})).toEqual({
      error: 'the time it was sent is not known',
    })
  })

  it('knows messages by their whole id', async () => {
    expect(await verdict({id: [message().messageId]})).toBe('match')
    expect(await verdict({id: ['other', message().messageId.slice(0, 8)]})).toBe('no-match')
  })

  it('rules out by the cheap criteria first, and fails only where nothing does', async () => {
    const where = 'length(body.id)'
    expect(await verdict({where, id: ['other']})).toBe('no-match')
    expect(await verdict({where, match: 'refund'})).toBe('no-match')
    expect(await verdict({where, match: 'order'})).toMatchObject({error: expect.stringMatching(/^--where: /) as string})
  })

  it.each<[SelectionFlags, string]>([
    [{where: 'body.'}, '--where is not a JMESPath expression: '],
    [{where: "body.type = 'order'"}, '--where is not a JMESPath expression: = does not compare; write =='],
    [{where: ''}, '--where is not a JMESPath expression: '],
    [{match: ''}, '--match is given without a regular expression'],
    [{match: '('}, '--match is not a regular expression: '],
    [{pattern: ''}, '--pattern is not an event pattern: '],
    [{pattern: 'body'}, '--pattern is not an event pattern: Unrecognized token'],
    [{pattern: '{"bdy":[{"exists":false}]}'}, '--pattern asks for bdy, which no message has'],
    [{pattern: '{"$or":[{"body":[1]},{"detail":{"a":[1]}}]}'}, '--pattern asks for detail, which no message has'],
    [
      {pattern: '{"attributes":{"ApproximateReceiveCount":[{"numeric":[">",1]}]}}'},
      '--pattern compares attributes.ApproximateReceiveCount with a number, and it is text in every message',
    ],
    [
      {pattern: '{"$or":[{"messageId":["a"]},{"messageAttributes.n.stringValue":[1,{"numeric":["=",2]}]}]}'},
      '--pattern compares messageAttributes.n.stringValue with a number, and it is text in every message',
    ],
    [{pattern: '{}'}, '--pattern is not an event pattern: Empty objects are not allowed'],
    [{pattern: '{"body":["x"]} {"body":["y"]}'}, '--pattern has text behind the end of its pattern: {"body":["y"]}'],
    [
      {pattern: `{"body":["x"]}${'y'.repeat(41)}`},
      `--pattern has text behind the end of its pattern: ${'y'.repeat(40)}…`,
    ],
    [{pattern: '{"body":"x"}'}, '--pattern is not an event pattern: "body" must be an object or an array'],
    [
      {pattern: '{"body":[{"x":1}]}'},
      '--pattern is not an event pattern: Unrecognized match type x (line 1, column 16)',
    ],
    [{match: '(a)\\1'}, '--match is not a regular expression: '],
    [{match: '(?=a)'}, '--match is not a regular expression: '],
    [{match: 'a{2000}'}, '--match is not a regular expression: '],
    [{match: '(a?){1000}(b?){1000}'}, '--match is not a regular expression: its repetitions come to '],
    [{match: 'a'.repeat(1001)}, '--match is not a regular expression: it is longer than 1000 characters'],
    [{match: '((((('.repeat(1000)}, '--match is not a regular expression: it is longer than 1000 characters'],
    [{attribute: ['=a']}, '--attribute takes name=value or name'],
    [{attribute: ['a b=c']}, '--attribute takes name=value or name'],
    [{olderThan: 'yesterday'}, '--older-than takes a time such as'],
    [{olderThan: '2026-01-01'}, '--older-than takes a time such as'],
    [{olderThan: '2026-01-01T00:00:00'}, '--older-than takes a time such as'],
    [{olderThan: '2026-02-30T00:00:00Z'}, '--older-than takes a time such as'],
    [{olderThan: '2026-01-01T25:00:00Z'}, '--older-than takes a time such as'],
    [{newerThan: '1767225600'}, '--newer-than takes a time such as'],
    [{newerThan: '5M'}, '--newer-than takes a time such as'],
    [{newerThan: ''}, '--newer-than takes a time such as'],
    [
      {newerThan: '1h', olderThan: '2h'},
      'No message is older than 2026-01-01T22:00:00.000Z and newer than 2026-01-01T23:00:00.000Z',
    ],
    [
      {newerThan: '1h', olderThan: '1h'},
      'No message is older than 2026-01-01T23:00:00.000Z and newer than 2026-01-01T23:00:00.000Z',
    ],
    [{id: []}, '--id is given without a message id'],
    [{id: ['a b']}, '--id takes message ids, and "a b" is none'],
    [{id: ['']}, '--id takes message ids, and "" is none'],
  ])('refuses %j', async (flags, why) => {
    const refusal = compileSelection(flags, {now})
    await expect(refusal).rejects.toMatchObject({code: 'SelectionInvalid', exitCode: 2})
    await expect(refusal).rejects.toThrow(why)
  })

  it('says in words what it selects', async () => {
    const all = {
      where: " body.type == 'order' ",
      pattern: ' {"body":{"id":[42]}}\n',
      match: 'x',
      attribute: ['b', 'a=1'],
      olderThan: '1h',
      newerThan: '2026-01-01T01:00:00+01:00',
      id: ['m2', 'm1', 'm2'],
    }
    const {text: words, flags, everything} = await compileSelection(all, {now})
    expect(everything).toBe(false)
    expect(words).toBe(
      'messages with one of 2 ids (m1, m2), and sent before 2026-01-01T23:00:00.000Z, and sent at 2026-01-01T00:00:00.000Z or later, and with the attribute a=1, and with the attribute b, and whose body matches x, and that match the event pattern {"body":{"id":[42]}}, and where body.type == \'order\'',
    )
    expect(flags).toEqual({
      id: ['m1', 'm2'],
      olderThan: '2026-01-01T23:00:00.000Z',
      newerThan: '2026-01-01T00:00:00.000Z',
      attribute: ['a=1', 'b'],
      match: 'x',
      where: "body.type == 'order'",
      pattern: '{"body":{"id":[42]}}',
    })
    const many = await compileSelection({id: ['a', 'b', 'c', 'd', 'e']}, {now})
    expect(many.text).toBe('messages with one of 5 ids (a, b, c and 2 more)')
  })

  it('has a hash of what is selected, whatever the order of the flags or the clock', async () => {
    const hash = async (flags: SelectionFlags, at = now) => (await compileSelection(flags, {now: at})).hash
    const base = await hash({attribute: ['a', 'b'], where: 'body'})
    expect(base).toMatch(/^[0-9a-f]{64}$/)
    expect(await hash({where: ' body', attribute: ['b', 'a', 'b']}, new Date(0))).toBe(base)
    const others: SelectionFlags[] = [
      {},
      {where: 'body'},
      {match: 'body'},
      {pattern: '{"body":["x"]}'},
      {pattern: '{"body":["y"]}'},
      {attribute: ['body']},
      {id: ['body']},
      {attribute: ['a', 'b'], where: 'body.x'},
      {olderThan: '1h'},
      {newerThan: '1h'},
    ]
    expect(new Set([base, ...(await Promise.all(others.map(flags => hash(flags))))]).size).toBe(11)
    expect(await hash({olderThan: '1h'})).toBe(await hash({olderThan: '2026-01-01T23:00:00Z'}, new Date(0)))
    // What is selected by a text alone has kept its meaning, and so have the journals bound to it; sha256 of the scheme and the flags.
    const bound = (scheme: string, flags: object) =>
      createHash('sha256')
        .update(JSON.stringify([scheme, flags]))
        .digest('hex')
    expect(await hash({match: 'x'})).toBe(bound('msgops-selection-1', {match: 'x'}))
    expect(await hash({where: 'body'})).toBe(bound('msgops-selection-2', {where: 'body'}))
    expect(await hash({pattern: '{"body":[1]}'})).toBe(bound('msgops-selection-2', {pattern: '{"body":[1]}'}))
    expect(await hash({olderThan: '1h'}, new Date(0))).not.toBe(await hash({olderThan: '1h'}))
  })

  it('is compiled again from its own flags, at any later time', async () => {
    const first = await compileSelection({olderThan: '2h', newerThan: '3d', match: 'order', id: ['b', 'a']}, {now})
    const again = await compileSelection(JSON.parse(JSON.stringify(first.flags)) as SelectionFlags, {
      now: new Date('2030-05-05T05:05:05Z'),
    })
    expect(again).toMatchObject({hash: first.hash, text: first.text, flags: first.flags})
  })

  it('gives every message a verdict and never throws', async () => {
    const selections = await Promise.all(
      [
        {where: 'body.*.*[?a.b > `1`] || sort_by(body, &a) || body.constructor || to_string(@)'},
        {where: 'keys(body)[0] == values(messageAttributes)[0].dataType || merge(body, attributes)'},
        {where: 'contains(body, \'__proto__\') || body."__proto__".x || max(body) || sum(body)'},
        {match: '(a+)+$|\\p{L}{3,}[^x]*'},
        {attribute: ['__proto__=1', 'n=1.5']},
        {olderThan: '1h'},
      ].map(flags => compileSelection(flags, {now})),
    )
    const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'n', 'a', 'body'), fc.string({unit: 'binary'}))
    const views = fc.record({
      messageId: fc.string(),
      body: fc.oneof(
        fc.string({unit: 'binary'}),
        fc.json({stringUnit: 'binary'}),
        fc.constantFrom('{"__proto__":{"x":1}}', '[1e999]'),
      ),
      messageAttributes: fc.dictionary(
        name,
        fc.record({dataType: fc.constantFrom('String', 'Number', 'Binary', ''), stringValue: fc.string()}),
      ),
      attributes: fc.dictionary(fc.oneof(name, fc.constant('SentTimestamp')), fc.string()),
    })
    fc.assert(
      fc.property(views, view => {
        for (const {matches} of selections) {
          const first = matches(view)
          expect(first === 'match' || first === 'no-match' || typeof first.error === 'string').toBe(true)
          expect(matches(view)).toEqual(first)
        }
      }),
      {numRuns: 500},
    )
    expect(({} as {x?: unknown}).x).toBeUndefined()
  })
})
