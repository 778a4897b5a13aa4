import {describe, expect, it} from 'vitest'
import type {FilterPolicyScope} from '../../../src/lib/filters/filter-policy.js'
import {bySeverity, isAtLeast} from '../../../src/lib/filters/lint/finding.js'
import {lintPattern} from '../../../src/lib/filters/lint/pattern.js'
import {lintPolicy} from '../../../src/lib/filters/lint/policy.js'
import {sampleOfJson} from '../../../src/lib/filters/lint/sample.js'
import {readMessage} from '../../../src/lib/filters/message-input.js'

interface Shown {
  readonly code: string
  readonly severity: string
  readonly path: string | null
}

const shown = ({code, severity, path}: Shown) => `${severity} ${code}${path === null ? '' : ` ${path}`}`
const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** What is said of a policy. */
function policy(value: unknown, scope: FilterPolicyScope = 'MessageAttributes', message?: unknown): string[] {
  const sample = message === undefined ? undefined : readMessage(text(message)).message
  return lintPolicy(text(value), scope, sample).findings.map(shown)
}

const body = (value: unknown, message?: unknown) => policy(value, 'MessageBody', message)
const pattern = (value: unknown, event?: unknown) =>
  lintPattern(text(value), event === undefined ? undefined : text(event)).findings.map(shown)
const attributes = (entries: Record<string, [string, string]>) => ({
  attributes: Object.fromEntries(
    Object.entries(entries).map(([name, [DataType, StringValue]]) => [name, {DataType, StringValue}]),
  ),
  body: '',
})

describe('filter lint', () => {
  it('has nothing to say of a plain policy', () => {
    expect(lintPolicy('{"kind":["order"]}', 'MessageAttributes')).toEqual({
      valid: true,
      scope: 'MessageAttributes',
      counts: {topLevelKeys: 1, leafKeys: 1, combinations: 1, wildcardPoints: 0},
      findings: [],
    })
  })

  it('says with SNS’s words that a policy is refused', () => {
    expect(lintPolicy('{"kind":[]}', 'MessageBody')).toEqual({
      valid: false,
      scope: 'MessageBody',
      counts: null,
      error: 'Invalid parameter: Attributes Reason: FilterPolicy: Empty arrays are not allowed',
      errorSource: 'aws',
      location: {line: 1, column: 11},
      findings: [
        {
          code: 'Invalid',
          severity: 'bad',
          path: null,
          message: 'AWS refuses it: Invalid parameter: Attributes Reason: FilterPolicy: Empty arrays are not allowed',
        },
      ],
    })
  })

  it.each([
    ['{}', ['info NoPolicy']],
    [{a: ['x', 'x']}, ['warn AlternativeIdle a']],
    [{a: [{exists: false}]}, ['warn ExistsFalseWithoutAttributes a']],
    [{a: [{exists: true}, {exists: false}]}, ['warn NoCondition a', 'warn ExistsFalseWithoutAttributes a']],
    [{a: [{'anything-but': ['x']}]}, ['info AnythingButArray a']],
    [{a: [{'anything-but': 'x'}, {'anything-but': 'y'}]}, ['bad AnythingButRepeated a', 'info AnythingButArray a']],
    [{a: [true, null]}, ['warn LiteralInAttributes a', 'warn LiteralInAttributes a']],
    [{a: ['']}, ['bad NeverMatches a']],
    [{a: ['x"y'], b: ['x\\y']}, ['warn EscapedTwice a', 'warn EscapedTwice b']],
    [{a: ['100', '-1.5', '1a']}, ['info NumberAsText a', 'info NumberAsText a']],
    // Both spellings stand there.
    [{a: ['100', 100]}, []],
    [{a: ['100', {numeric: ['>', 99]}]}, []],
    [{a: ['100', {exists: true}]}, ['warn AlternativeIdle a']],
    [{a: ['100', 101, {prefix: '10'}]}, ['warn AlternativeIdle a', 'info NumberAsText a']],
    [{a: ['100', {numeric: ['>', 100]}, {wildcard: '*1*1*1'}]}, ['info NumberAsText a']],
    // Without quotes it would be no JSON.
    [{a: ['007', '1.']}, []],
    [{a: [1e9, -1e9, 0.00001]}, []],
    [{a: [1000000001, 0.000001]}, ['warn NumberPrecision a', 'warn NumberPrecision a']],
    [{a: [{numeric: ['>', 2000000000]}]}, ['warn NumberPrecision a']],
    [{a: [{numeric: ['=', 2000000000]}]}, ['warn NumberPrecision a']],
    [{a: [{numeric: ['>', 0.1, '<=', 0.123456]}]}, ['warn NumberPrecision a']],
    [{a: [{numeric: ['>', -1e9, '<=', 1e9]}]}, []],
    [{a: [{'anything-but': [1, 2000000000]}]}, ['warn NumberPrecision a', 'info AnythingButArray a']],
    ['{"a":[12345678901234567890]}', ['warn NumberPrecision a']],
    [{a: [{prefix: {'equals-ignore-case': 'x'}}]}, ['warn IgnoreCaseInside a']],
    [{a: [{suffix: {'equals-ignore-case': 'x'}}]}, ['warn IgnoreCaseInside a']],
    [{a: [{'anything-but': {'equals-ignore-case': 'x'}}]}, ['warn IgnoreCaseInside a', 'info AnythingButArray a']],
    [{a: [{'equals-ignore-case': 'x'}, {prefix: 'y'}]}, []],
    [{price: [1], Price: [2]}, ['warn NamesDifferByCase Price']],
    ['{"a":["x"],"a":["y"]}', ['bad NameRepeated a']],
    [{a: ['v'], b: ['v'], c: ['v'], d: ['v'], e: ['v']}, ['info KeysNearLimit']],
    [{a: Array.from({length: 119}, (_, n) => `v${n}`)}, []],
    [{a: Array.from({length: 120}, (_, n) => `v${n}`)}, ['warn CombinationsNearLimit']],
    // AWS: a wildcard of several stars is 3 points, a field's points times its patterns.
    [{a: Array.from({length: 5}, (_, n) => ({wildcard: `*${n}*`}))}, []],
    [
      {
        a: Array.from({length: 5}, (_, n) => ({wildcard: `*${n}*`})),
        b: ['*', 'x'].map(wildcard => ({wildcard: `${wildcard}*`.replace('**', '*y')})),
      },
      [],
    ],
  ])('%j: %j', (value, findings) => {
    expect(policy(value)).toEqual(findings)
  })

  it('says that a key does not count where another takes its place', () => {
    const said = (text: string) =>
      lintPolicy(text, 'MessageBody').findings.flatMap(({code, severity, message}) =>
        code === 'KeyOverridden' ? [`${severity}: ${message}`] : [],
      )
    expect(said('{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}')).toEqual([
      'warn: a does not count in a branch of $or that has a itself: AWS takes that one alone there, not both',
    ])
    const never = 'stands here again further on, and AWS takes that one alone: the first never counts'
    expect(said('{"a":["x"],"$or":[{"a":["y"]},{"a":["z"]}]}')).toEqual([`bad: a ${never}`])
    expect(said('{"n":{"b":["x"]},"n.b":["y"]}')).toEqual([`bad: n.b ${never}`])
    expect(said('{"a":["x"],"$or":[{"b":["y"]},{"c":["z"]}]}')).toEqual([])
    // Of names that one object has twice there is NameRepeated already.
    expect(policy('{"n":{"b":["x"]},"n":{"b":["y"]}}', 'MessageBody')).toEqual(['bad NameRepeated n'])
  })

  it('names the numbers beyond those that SNS documents', () => {
    const said = (alternative: unknown) => lintPolicy(text({a: [alternative]}), 'MessageBody').findings[0]?.message
    const documented = 'SNS documents numbers from -1,000,000,000 to 1,000,000,000 with five decimals; '
    expect(said({'anything-but': [1, 2000000000, 0.000001]})).toBe(
      `${documented}2000000000, 0.000001 are outside of that`,
    )
    expect(said({numeric: ['<', 2000000000]})).toBe(`${documented}2000000000 is outside of that`)
  })

  it('counts wildcard points', () => {
    const five = Array.from({length: 5}, (_, n) => ({wildcard: `*${n}*`}))
    // 5 patterns of 3 points each: 15 x 5 = 75; with one of a single star beside it 1 x 1 more.
    expect(lintPolicy(text({a: five, b: [{wildcard: 'x*'}]}), 'MessageAttributes').counts).toMatchObject({
      wildcardPoints: 76,
    })
    expect(policy({a: five, b: Array.from({length: 2}, (_, n) => ({wildcard: `${n}*`}))})).toEqual([])
    // 9 patterns of one point: 81.
    expect(policy({a: Array.from({length: 9}, (_, n) => ({wildcard: `${n}*`}))})).toEqual([
      'warn WildcardPointsNearLimit',
    ])
  })

  it('knows what a policy on the body can have', () => {
    expect(body({a: [true, null, '', '1', 'x"', {exists: false}]})).toEqual([])
    expect(body({a: {b: [1], c: [1], d: [1]}, e: {f: [1], g: [1], h: [1]}})).toEqual(['warn KeysOverLimit'])
  })

  it('says when a policy is larger than 256 KB', () => {
    const large = text({a: Array.from({length: 100}, (_, n) => `${n}`.padEnd(2700, 'x'))})
    expect(policy(large)).toContain('bad PolicyTooLarge')
    expect(lintPolicy(large, 'MessageAttributes')).toMatchObject({valid: false, counts: {combinations: 100}})
    expect(policy(text({a: ['x'.repeat(262_144 - 10)]}))).toEqual([])
  })

  it('names the byte order mark that AWS refuses a policy or pattern for', () => {
    const marked = '\ufeff{"source":["order"]}'
    const message = 'It starts with a byte order mark: save it as UTF-8 without one.'
    for (const {valid, findings} of [lintPolicy(marked, 'MessageAttributes'), lintPattern(marked)]) {
      expect([valid, findings.map(({code}) => code)]).toEqual([false, ['Invalid', 'ByteOrderMark']])
      expect(findings[1]).toEqual({code: 'ByteOrderMark', severity: 'bad', path: null, message})
    }
  })

  describe('alternatives that add nothing', () => {
    it.each([
      [['order', {prefix: 'ord'}], 'a: "order" adds nothing: {"prefix":"ord"} takes all that it takes'],
      [[{prefix: 'ord'}, {prefix: 'o'}], 'a: {"prefix":"ord"} adds nothing: {"prefix":"o"} takes all that it takes'],
      [[{suffix: '.png'}, {suffix: 'g'}], 'a: {"suffix":".png"} adds nothing: {"suffix":"g"} takes all that it takes'],
      [
        ['ORDER', {'equals-ignore-case': 'order'}],
        'a: "ORDER" adds nothing: {"equals-ignore-case":"order"} takes all that it takes',
      ],
      [['order', {wildcard: 'o*r'}], 'a: "order" adds nothing: {"wildcard":"o*r"} takes all that it takes'],
      [[{suffix: 'x'}, {prefix: ''}], 'a: {"suffix":"x"} adds nothing: {"prefix":""} takes all that it takes'],
      [[5, {numeric: ['>', 1]}], 'a: 5 adds nothing: {"numeric":[">",1]} takes all that it takes'],
      [
        [{numeric: ['>', 5, '<', 7]}, {numeric: ['>=', 5]}],
        'a: {"numeric":[">",5,"<",7]} adds nothing: {"numeric":[">=",5]} takes all that it takes',
      ],
      [['x', {'anything-but': 'y'}], 'a: "x" adds nothing: {"anything-but":"y"} takes all that it takes'],
      [['x', {exists: true}], 'a: "x" adds nothing: {"exists":true} takes all that it takes'],
      ['{"a":[300,3.0e2]}', 'a: 3.0e2 adds nothing: 300 takes all that it takes'],
      [['x', 'x'], 'a: "x" stands here twice'],
    ])('%j', (alternatives, why) => {
      const value = typeof alternatives === 'string' ? alternatives : text({a: alternatives})
      const {findings} = lintPolicy(value, 'MessageBody')
      const idle = findings.filter(({code}) => code === 'AlternativeIdle')
      expect(idle.map(({path, message}) => `${path}: ${message}`)).toEqual([why])
    })

    it.each([
      [['order', {prefix: 'Ord'}]],
      [['5', {numeric: ['>', 1]}]],
      [[5, {numeric: ['>', 5]}]],
      [[{numeric: ['>=', 5, '<', 7]}, {numeric: ['>', 5]}]],
      [[{numeric: ['>=', 5]}, {numeric: ['>', 5, '<', 7]}].slice(1)],
      [[{numeric: ['<', 5]}, {numeric: ['>', 1]}]],
      [['y', {'anything-but': 'y'}]],
      [[{prefix: 'a'}, {suffix: 'a'}]],
      [[{prefix: 'ab'}, {prefix: {'equals-ignore-case': 'a'}}]],
      [[null, {exists: false}]],
    ])('but not in %j', alternatives => {
      expect(body({a: alternatives})).not.toContain('warn AlternativeIdle a')
    })
  })

  describe('with a sample', () => {
    const sample = attributes({
      price: ['String', '120'],
      tags: ['String.Array', '["a",true]'],
      Kind: ['String', 'x'],
      n: ['Number', '1'],
    })

    it.each([
      [{price: [{numeric: ['>', 100]}, 20]}, ['bad TypeMismatch price']],
      [{n: ['1', {prefix: 'x'}]}, ['bad TypeMismatch n', 'info NumberAsText n']],
      [{n: ['x', 2]}, []],
      [{tags: [{numeric: ['=', 1]}]}, ['bad TypeMismatch tags']],
      [{tags: ['b']}, []],
      [{n: [{'anything-but': ['5']}]}, ['bad TypeMismatch n', 'info AnythingButArray n']],
      [{n: [{'anything-but': {prefix: '5'}}]}, ['bad TypeMismatch n', 'info AnythingButArray n']],
      [{price: [{'anything-but': [5, 6]}]}, ['bad TypeMismatch price', 'info AnythingButArray price']],
      [{price: [{'anything-but': 'x'}]}, ['info AnythingButArray price']],
      [{n: [{'anything-but': 5}]}, ['info AnythingButArray n']],
      [
        {tags: [{'anything-but': 5}]},
        ['bad TypeMismatch tags', 'warn AnythingButArray tags', 'info AnythingButArray tags'],
      ],
      [{tags: [{'anything-but': 'b'}]}, ['warn AnythingButArray tags', 'info AnythingButArray tags']],
      [{kind: ['x']}, ['bad NamesDifferByCase kind']],
      [{prize: ['x']}, ['warn NameMisspelt prize']],
      [{something: ['x']}, ['info NotInSample something']],
      [{price: [5, {exists: false}]}, ['bad TypeMismatch price', 'warn ExistsFalseWithoutAttributes price']],
      [{n: [{exists: false}]}, ['bad PresentInSample n', 'warn ExistsFalseWithoutAttributes n']],
      [{something: [{exists: false}]}, ['warn ExistsFalseWithoutAttributes something']],
    ])('%j: %j', (value, findings) => {
      expect(policy(value, 'MessageAttributes', sample)).toEqual(findings)
    })

    it('tells why an exclusion of the other type is idle', () => {
      const {findings} = lintPolicy(
        '{"n":[{"anything-but":["5"]}]}',
        'MessageAttributes',
        readMessage(text(sample)).message,
      )
      expect(findings[0]?.message).toBe(
        'It is a Number attribute in the sample, and {"anything-but":["5"]} excludes strings alone: it lets every such value through, as "100" and 100 are different values',
      )
      // null passes on purpose.
      expect(body({a: [{'anything-but': ['x']}]}, '{"a":null}')).toEqual([])
      expect(body({a: [{'anything-but': ['5']}]}, '{"a":[5,"6"]}')).toEqual([])
    })

    it('that has a Binary attribute', () => {
      const message = {attributes: {data: {DataType: 'Binary', BinaryValue: 'AAE='}}, body: ''}
      expect(policy({data: ['x']}, 'MessageAttributes', message)).toEqual(['bad BinaryIgnored data'])
    })

    it('that has no attributes', () => {
      expect(policy({a: ['x']}, 'MessageAttributes', 'body')).toEqual(['bad NoAttributes'])
    })

    it.each([
      ['plain text', ['bad BodyNotJson']],
      ['[{"a":"x"}]', ['bad BodyNotJson']],
      ['{"a":"x"}', []],
      ['{"A":"x"}', ['bad NamesDifferByCase a']],
      ['{"a":{"b":"x"}}', ['bad ObjectNotValue a']],
      ['{"a":[1,"x"]}', []],
      ['{"a":[1,[null]]}', ['bad TypeMismatch a']],
    ])('whose body is %s', (message, findings) => {
      expect(body({a: ['x']}, message)).toEqual(findings)
    })

    it('whose body has an object where exists looks for a value, or JSON in a text', () => {
      expect(body({a: [{exists: true}]}, '{"a":{"b":1}}')).toEqual(['bad ExistsOnObject a'])
      expect(body({a: {b: [1]}}, text({a: '{"b":1}'}))).toEqual(['bad JsonInText a.b'])
    })

    it('that is nested deeper than any reader goes', () => {
      const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
      expect(body({a: ['x']}, deep)).toEqual(['bad ObjectNotValue a'])
      expect(sampleOfJson(deep)?.size).toBe(1000)
    })
  })
})

describe('pattern lint', () => {
  const event = {
    id: '1',
    account: '123456789012',
    source: 'shop',
    time: '2026-01-01T00:00:00Z',
    region: 'eu-west-1',
    'detail-type': 'Order',
    detail: {price: '120', order: {id: 7}, payload: '{"x":1}'},
  }

  it('has nothing to say of a plain pattern', () => {
    expect(lintPattern('{"source":["shop"]}')).toEqual({
      valid: true,
      counts: {characters: 19, combinations: 1, complexity: 0},
      findings: [],
    })
  })

  it('says with EventBridge’s words that a pattern is refused', () => {
    expect(lintPattern('{"source":"shop"}')).toMatchObject({
      valid: false,
      counts: null,
      error: 'Event pattern is not valid. Reason: "source" must be an object or an array',
      findings: [{code: 'Invalid', severity: 'bad'}],
    })
  })

  it.each([
    [{detail: {a: ['x']}}, ['warn NoSource']],
    [{$or: [{source: ['a']}, {detail: {source: ['b']}}]}, []],
    [{source: ['a'], detail_type: ['x']}, ['warn UnknownField detail_type']],
    [{source: ['a'], Detail: {x: ['y']}}, ['warn UnknownField Detail']],
    [{source: ['a'], order: {id: [1]}}, ['warn UnknownField order']],
    [{source: ['a'], account: [123456789012]}, ['bad NeverMatches account']],
    [{source: ['a'], region: [null]}, ['bad NeverMatches region']],
    [{source: ['a'], time: [{exists: false}]}, ['bad NeverMatches time']],
    [{source: ['a'], resources: [{exists: false}]}, []],
    [{source: ['a', {prefix: ''}]}, ['warn AlternativeIdle source']],
    [{source: ['a'], detail: {ID: [1], id: [1]}}, ['warn NamesDifferByCase detail.id']],
    [{source: ['a'], detail: {a: ['x'.repeat(1598)]}}, []],
    [{source: ['a'], detail: {a: ['x'.repeat(1610)]}}, ['warn PatternNearLimit']],
    [{source: ['a'], detail: {a: ['x'.repeat(2100)]}}, ['bad PatternTooLong']],
  ])('%j: %j', (value, findings) => {
    expect(pattern(value)).toEqual(findings)
  })

  it('says what exists: false means in a list of objects', () => {
    const messages = (detail: object) =>
      lintPattern(text({source: ['a'], detail})).findings.map(({code, path, message}) => [code, path, message])
    expect(messages({a: {b: [1], c: [{exists: false}]}})).toEqual([
      [
        'ExistsFalseInList',
        'detail.a.c',
        'Where detail.a is a list of objects, the field has to be missing in the element that detail.a.b matches, and may be in the others',
      ],
    ])
    expect(messages({a: {b: [{exists: false}], c: [1]}})).toEqual([
      [
        'ExistsFalseInList',
        'detail.a.b',
        'Where detail.a is a list of objects, the field has to be missing in every element, as its name comes before those of the other fields',
      ],
    ])
    expect(messages({a: {b: [{exists: false}]}, c: {d: [1]}})).toEqual([])
  })

  it('names the field that was meant', () => {
    expect(lintPattern(text({source: ['a'], detail_type: ['x']})).findings[0]?.message).toBe(
      'Events have no such field at the top. Did you mean detail-type?',
    )
  })

  it.each([
    ['detailType', 'Did you mean detail-type?'],
    ['DetailType', 'Did you mean detail-type?'],
    ['detailtype', 'Did you mean detail-type?'],
    ['detail type', 'Did you mean detail-type?'],
    ['details', 'Did you mean detail?'],
    ['sorce', 'Did you mean source?'],
    ['x', 'What an application sends is under detail'],
  ])('names the field that was meant by %s', (name, hint) => {
    expect(lintPattern(text({source: ['a'], [name]: ['x']})).findings[0]?.message).toBe(
      `Events have no such field at the top. ${hint}`,
    )
  })

  it.each([
    ['a', '{"c":"x"}', 'info NotInSample a'],
    ['order.a', '{"order":{"c":"x"}}', 'info NotInSample order.a'],
    ['order.id', '{"order":{"no":"x"}}', 'info NotInSample order.id'],
    ['order.price', '{"order":{"prices":"x"}}', 'warn NameMisspelt order.price'],
    ['order.price', '{"orders":{"prize":"x"}}', 'warn NameMisspelt order.price'],
    ['order.price', '{"price":"x"}', 'warn NameMisspelt order.price'],
    ['price', '{"order":{"price":"x"}}', 'warn NameMisspelt price'],
  ])('%s is near a name of the sample %s: %s', (path, sample, finding) => {
    expect(body({[path]: ['x']}, sample)).toEqual([finding])
  })

  it('says when the branches of $or, or the score of wildcards, are near their limits', () => {
    const branches = (count: number, name: string) => Array.from({length: count}, (_, n) => ({[`${name}${n}`]: ['v']}))
    const or = {source: ['a'], detail: {$or: branches(30, 'x'), in: {$or: branches(27, 'y')}}}
    // 30 x 27 = 810 of 1,000.
    expect(pattern(or)).toEqual(['warn CombinationsNearLimit'])
    // Accepted by EventBridge, with a score of 7.
    const accepted = {source: ['a'], detail: {a: [{wildcard: '/Users/*/dir/dir/dir/dir/dir/doc.txt'}]}}
    expect([lintPattern(text(accepted)).counts?.complexity, pattern(accepted)]).toEqual([7, []])
    expect(pattern({source: ['a'], detail: {a: [{wildcard: '*aaaaaaaaa'}]}})).toEqual(['warn ComplexityNearLimit'])
  })

  it.each([
    [{source: ['shop']}, event, []],
    [{source: ['shop']}, {source: 'shop'}, ['warn EventIncomplete']],
    [{source: ['shop']}, '[]', ['bad EventNotJson']],
    [{source: ['shop']}, 'text', ['bad EventNotJson']],
    [{source: ['shop'], detail: {price: [{numeric: ['>', 1]}]}}, event, ['bad TypeMismatch detail.price']],
    [{source: ['shop'], detail: {order: [7]}}, event, ['bad ObjectNotValue detail.order']],
    [{source: ['shop'], detail: {order: {Id: [7]}}}, event, ['bad NamesDifferByCase detail.order.Id']],
    [{source: ['shop'], detail: {payload: {x: [1]}}}, event, ['bad JsonInText detail.payload.x']],
    [{source: ['shop'], detail: {prices: ['x']}}, event, ['warn NameMisspelt detail.prices']],
  ])('%j with an event', (value, sample, findings) => {
    expect(pattern(value, sample)).toEqual(findings)
  })
})

it('findings are ordered and compared by how grave they are', () => {
  const finding = (severity: 'bad' | 'warn' | 'info', code: string) => ({code, severity, path: null, message: ''})
  const findings = [finding('info', 'a'), finding('bad', 'b'), finding('warn', 'c'), finding('bad', 'd')]
  expect(bySeverity(findings).map(({code}) => code)).toEqual(['b', 'd', 'c', 'a'])
  expect(findings.map(one => isAtLeast(one, 'warn'))).toEqual([false, true, true, true])
})
