import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import type {Transformed} from '../../../src/lib/selection/transform.js'
import {compileTransform} from '../../../src/lib/selection/transform.js'
import {message} from './message.js'

async function transformed(expression: string, view: Partial<MessageView> = {}): Promise<Transformed> {
  return (await compileTransform(expression)).apply(message(view))
}

describe('compileTransform', () => {
  it.each([
    [
      'body.detail',
      '{"detail":{"b":1,"10":[9007199254740993,1.0],"a":"é"}}',
      '{"b":1,"10":[9007199254740993,1.0],"a":"é"}',
    ],
    [
      'merge(body, {fixed: `true`})',
      '{"id":12345678901234567890,"z":1}',
      '{"id":12345678901234567890,"z":1,"fixed":true}',
    ],
    ['{id: body.id, from: messageId}', '{"id":1e3}', '{"id":1e3,"from":"0a9c5c5e-6f3b-4a52-9a3c-0d8f6f1f8f11"}'],
    ['body.text', '{"text":"just this"}', 'just this'],
    ["replace(body, 'http:', 'https:')", 'http://a http://b', 'https://a https://b'],
    ['body.items[?ok]', '{"items":[{"ok":true,"n":1},{"ok":false}]}', '[{"ok":true,"n":1}]'],
    ['`{"big": 9007199254740993}`', 'x', '{"big":9007199254740993}'],
    ['length(body)', '[1,2]', '2'],
    ['body.flag', '{"flag":false}', 'false'],
    ['{"__proto__": body}', '[1]', '{"__proto__":[1]}'],
    ['[body.a]', '{"a":"\\ud800"}', '["\\ud800"]'],
  ])('%s on %s', async (expression, body, expected) => {
    expect(await transformed(expression, {body})).toEqual({body: expected})
  })

  it.each([
    ['body.missing', {}, '--transform: the result is null'],
    ["''", {}, '--transform: the new body is empty, which SQS refuses'],
    ['body.c', {body: '{"c":"\\u0001"}'}, '--transform: the new body holds U+0001, which SQS refuses'],
    ['body.c', {body: '{"c":"\\ud800"}'}, '--transform: the new body holds U+D800, which SQS refuses'],
    ['body.c', {body: '{"c":"\\uffff"}'}, '--transform: the new body holds U+FFFF, which SQS refuses'],
    [
      '[body, body]',
      {body: 'x'.repeat(600_000)},
      '--transform: the message would have 1200007 bytes, more than 1048576',
    ],
    ['upper(body.id)', {}, '--transform: upper() takes a string, not a number'],
    [
      'body.id + `1`',
      {body: '{"id":9007199254740993}'},
      '--transform: 9007199254740993 cannot be computed with exactly; compare it instead',
    ],
    ['merge(body, {x: `1`})', {body: '{"a":1,"a":2}'}, '--transform: the JSON has the name "a" twice in one object'],
    [
      `body${" | join('', [@, @])".repeat(40)}`,
      {body: 'x'},
      '--transform: the expression makes a text that is too long',
    ],
  ])('%s leaves the message', async (expression, view, error) => {
    expect(await transformed(expression, view)).toEqual({error})
  })

  it('counts the attributes that stay towards the size', async () => {
    const messageAttributes = {pad: {dataType: 'String', stringValue: 'x'.repeat(1_048_560)}}
    expect(await transformed("'1234567'", {messageAttributes})).toEqual({body: '1234567'})
    expect(await transformed("'12345678'", {messageAttributes})).toEqual({
      error: '--transform: the message would have 1048577 bytes, more than 1048576',
    })
  })

  it('reads the body only where it is needed', async () => {
    expect(await transformed('{id: messageId}', {messageId: 'm', body: '{"a":1,"a":2}'})).toEqual({body: '{"id":"m"}'})
  })

  it.each([
    '{"b":1.0,"10":9007199254740993,"9":[-0,1E400]}',
    ' { "a" : 1 } ',
    '{"a":"\\u0041\\/"}',
    '"quoted"',
    '4711',
    'null',
    '[]',
    '[1,',
    'plain',
  ])('body gives back %s to the byte', async body => {
    expect(await transformed('body', {body})).toEqual({body})
    expect(await transformed('@.body', {body})).toEqual({body})
  })

  it('gives back any body that there may be, and any document inside a body', async () => {
    const [same, inner] = await Promise.all([compileTransform('body'), compileTransform('body.doc')])
    const number = fc.oneof(
      fc.bigInt().map(String),
      fc.tuple(fc.bigInt(), fc.nat(), fc.integer({min: -400, max: 400})).map(([n, f, e]) => `${n}.${f}e${e}`),
      fc.double({noDefaultInfinity: true, noNaN: true}).map(n => JSON.stringify(n)),
    )
    const {document} = fc.letrec<{document: string; key: string}>(tie => ({
      key: fc
        .oneof(fc.constantFrom('__proto__', 'constructor', '1', '0'), fc.string({unit: 'grapheme'}))
        .map(k => JSON.stringify(k)),
      document: fc.oneof(
        {maxDepth: 4},
        number,
        fc.array(tie('document'), {maxLength: 4}).map(items => `[${items.join(',')}]`),
        fc
          .uniqueArray(fc.tuple(tie('key'), tie('document')), {maxLength: 4, selector: ([key]) => key})
          .map(members => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
      ),
    }))
    fc.assert(
      fc.property(document, text => {
        expect(same.apply(message({body: text}))).toEqual({body: text})
        expect(inner.apply(message({body: ` {"doc":${text}}`}))).toEqual({body: text})
      }),
      {numRuns: 500},
    )
  })

  it('is bound to its expression', async () => {
    const [a, b, again] = await Promise.all([
      compileTransform('body'),
      compileTransform('@.body'),
      compileTransform('body'),
    ])
    expect(a.text).toBe('body changed to body')
    expect(a.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(again.hash).toBe(a.hash)
    expect(b.hash).not.toBe(a.hash)
  })

  it('refuses an expression that is none', async () => {
    await expect(compileTransform('body.')).rejects.toMatchObject({code: 'TransformInvalid', exitCode: 2})
    await expect(compileTransform("body.a = 'b'")).rejects.toThrow(
      '--transform is not a JMESPath expression: = does not compare',
    )
  })
})
