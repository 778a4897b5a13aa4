import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {NearMiss} from '../../../src/lib/filters/explanation.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import type {FilteredAttribute, FilterPolicyScope} from '../../../src/lib/filters/filter-policy.js'

/** What is said of the first key that is not met. */
function ofEvent(pattern: string, event: string): NearMiss | undefined {
  return compileEventPattern(pattern)
    .explain(event)
    .keys.find(({matched}) => !matched)?.nearMiss
}

function ofMessage(
  policy: string,
  scope: FilterPolicyScope,
  body: string,
  attributes: Readonly<Record<string, FilteredAttribute>> = {},
): NearMiss | undefined {
  return compileFilterPolicy(policy, scope)
    .explain({attributes, body})
    .keys.find(({matched}) => !matched)?.nearMiss
}

const text = (stringValue: string): FilteredAttribute => ({dataType: 'String', stringValue})

describe('a key without a value, in an event', () => {
  it.each([
    [
      'the same name in another case',
      '{"detail":{"price":[5]}}',
      '{"detail":{"Price":5}}',
      'nameCase',
      'this key would be met if it were `detail.Price`: upper and lower case count in names',
    ],
    [
      'the same name in another case, with a value that would not do',
      '{"price":[5]}',
      '{"PRICE":6}',
      'nameCase',
      'there is `PRICE`: upper and lower case count in names',
    ],
    [
      'exists: true as well',
      '{"price":[{"exists":true}]}',
      '{"Price":null}',
      'nameCase',
      'this key would be met if it were `Price`: upper and lower case count in names',
    ],
    [
      'at the top',
      '{"detail":{"state":["on"]}}',
      '{"state":"on","detail":{}}',
      'otherPlace',
      'this key would be met if it were `state`: the same name at another place',
    ],
    [
      'in another object, where the value would not do',
      '{"detail":{"state":["on"]}}',
      '{"info":{"state":"off"}}',
      'otherPlace',
      'there is `info.state`: the same name at another place',
    ],
    [
      'of two places the one that would do',
      '{"state":["on"]}',
      '{"a":{"state":"off"},"b":[{"state":"on"}]}',
      'otherPlace',
      'this key would be met if it were `b.state`: the same name at another place',
    ],
    [
      'an object on the way that is a text',
      '{"detail":{"order":{"id":[7]}}}',
      '{"detail":{"order":"{\\"id\\":7}"}}',
      'jsonInText',
      'this key would be met if `detail.order` were JSON itself: it is text that holds JSON, which is not read',
    ],
    [
      'a list on the way that is a text',
      '{"items":{"id":[7]}}',
      '{"items":"[{\\"id\\":8}]"}',
      'jsonInText',
      '`items` is text that holds JSON, which is not read',
    ],
    [
      'in a text elsewhere',
      '{"orderId":[7]}',
      '{"body":" {\\"orderId\\":7}"}',
      'jsonInText',
      '`body` is text that holds JSON with `orderId` in it, which is not read',
    ],
    [
      'an object in its place',
      '{"order":["x"]}',
      '{"order":{"lines":[{"id":1}]}}',
      'noValue',
      '`order` is an object, which is no value; one in it is `order.lines.id`',
    ],
    [
      'an empty list in its place',
      '{"order":["x"]}',
      '{"order":[]}',
      'noValue',
      '`order` is an empty list, which is no value',
    ],
  ])('%s', (_what, pattern, event, kind, words) => {
    expect(ofEvent(pattern, event)).toEqual({kind, text: words})
  })

  it.each([
    ['{"price":[5]}', '{"cost":5}'],
    ['{"price":[{"exists":true}]}', '{}'],
    ['{"detail":{"state":["on"]}}', '{"detail":"{broken"}'],
    ['{"detail":{"state":["on"]}}', '{"detail":"{\\"other\\":1}"}'],
    ['{"price":[5]}', '{"price":6}'],
  ])('%s on %s: nothing is near', (pattern, event) => {
    expect(ofEvent(pattern, event)).toBeUndefined()
  })
})

describe('a key without a value, in a message', () => {
  it('in the body instead of the attributes', () => {
    expect(ofMessage('{"kind":["order"]}', 'MessageAttributes', '{"kind":"order"}', {a: text('x')})).toEqual({
      kind: 'inBody',
      text: 'the whole policy would match with the scope MessageBody: `kind` is in the body',
    })
    expect(ofMessage('{"kind":["order"]}', 'MessageAttributes', '{"kind":"return"}')).toEqual({
      kind: 'inBody',
      text: '`kind` is in the body, where the scope MessageAttributes does not look',
    })
  })

  it('in the attributes instead of the body', () => {
    expect(ofMessage('{"kind":["order"]}', 'MessageBody', '{}', {kind: text('order')})).toEqual({
      kind: 'inAttributes',
      text: 'the whole policy would match with the scope MessageAttributes: `kind` is an attribute',
    })
  })

  it('in a body that was encoded twice', () => {
    expect(ofMessage('{"kind":["order"]}', 'MessageBody', '"{\\"kind\\":\\"order\\"}"')).toEqual({
      kind: 'jsonInText',
      text: 'this key would be met if the body were the JSON object itself: it is a JSON string that holds one',
    })
  })

  it('in an attribute that is JSON', () => {
    expect(ofMessage('{"kind":["order"]}', 'MessageAttributes', 'x', {data: text('{"kind":"order"}')})).toEqual({
      kind: 'jsonInText',
      text: '`data` is text that holds JSON with `kind` in it, which is not read',
    })
  })

  it('is not looked for where it is there and cannot be read', () => {
    expect(ofMessage('{"kind":["x"]}', 'MessageAttributes', 'x', {kind: {dataType: 'Binary'}})).toBeUndefined()
    expect(
      ofMessage('{"kind":["x"]}', 'MessageAttributes', 'x', {kind: {dataType: 'String.Array', stringValue: '[]'}}),
    ).toBeUndefined()
  })

  it('without attributes the whole says what would be met', () => {
    const policy = compileFilterPolicy('{"a":[{"exists":false}]}', 'MessageAttributes')
    expect(policy.explain({attributes: {}, body: 'x'}).reason).toBe(
      'the message has no attributes (Binary ones do not count): such a message meets no policy on attributes but {}, not even `exists: false`',
    )
    expect(compileFilterPolicy('{}', 'MessageAttributes').matches({attributes: {}, body: 'x'})).toBe(true)
  })
})
