import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {checkFilterSuite, checkPatternSuite} from '../../../src/lib/filters/check.js'
import {elementTexts, memberTexts} from '../../../src/lib/filters/json-parts.js'
import {junitXml} from '../../../src/lib/filters/junit.js'
import {lintPattern} from '../../../src/lib/filters/lint/pattern.js'
import {lintPolicy} from '../../../src/lib/filters/lint/policy.js'
import {readMessage} from '../../../src/lib/filters/message-input.js'
import {readFilterSuite, readPatternSuite} from '../../../src/lib/filters/suite.js'
import {OpsError} from '../../../src/lib/ops-error.js'
import {hostileStrings} from '../../fixtures/hostile-strings.js'
import {HARD_BODY, HARD_POLICY} from './hard-event.js'

const message = {attributes: {kind: {DataType: 'String', StringValue: 'order'}}, body: '{"n":1}'}
const filterCase = {id: 'a', policy: {kind: ['order']}, message, expect: 'match'}
const check = (...cases: object[]) => checkFilterSuite(readFilterSuite(JSON.stringify(cases)))

describe('parts of a JSON text', () => {
  it('are what stands there', () => {
    expect(memberTexts(' { "a" : 1.0 , "a\\u0022}" : [ 1, {"b":"]"} ],"a":"x\\"," } ')).toEqual([
      {name: 'a', text: '1.0'},
      {name: 'a"}', text: '[ 1, {"b":"]"} ]'},
      {name: 'a', text: '"x\\","'},
    ])
    expect(memberTexts('{}')).toEqual([])
    expect(elementTexts('[ {"a":[1,2]} ,"x,y", 3 ]')).toEqual(['{"a":[1,2]}', '"x,y"', '3'])
    expect(elementTexts(' [] ')).toEqual([])
  })
})

describe('any text', () => {
  const garbage = fc.oneof(
    fc.string({unit: 'binary'}),
    fc.json(),
    fc
      .array(fc.constantFrom('{', '}', '[', ']', '"', '\\\\', ',', ':', '1', 'a', ' ', '\n', '"expect":"match"'))
      .map(parts => parts.join('')),
    fc
      .record(
        {
          expect: fc.constantFrom('match', 'invalid', 'x', 1),
          policy: fc.jsonValue(),
          pattern: fc.jsonValue(),
          event: fc.jsonValue(),
          message: fc.oneof(
            fc.jsonValue(),
            fc.record({attributes: fc.dictionary(fc.string(), fc.jsonValue()), body: fc.jsonValue()}),
          ),
        },
        {requiredKeys: ['expect']},
      )
      .map(one => JSON.stringify([one])),
  )

  it('comes apart into what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2), (value, indent) => {
        const parts = memberTexts(JSON.stringify(value, undefined, indent))
        const read: unknown = JSON.parse(JSON.stringify(value))
        expect(Object.fromEntries(parts.map(({name, text}) => [name, JSON.parse(text) as unknown]))).toEqual(read)
        expect(
          elementTexts(JSON.stringify([value, 1, value], undefined, indent)).map(text => JSON.parse(text) as unknown),
        ).toEqual([read, 1, read])
      }),
    )
  })

  it('is a suite, or refused as one: nothing else comes of it', () => {
    const tried = (run: () => unknown): string => {
      try {
        run()
        return 'run'
      } catch (error) {
        return error instanceof OpsError ? error.code : String(error)
      }
    }
    fc.assert(
      fc.property(garbage, text => {
        const outcomes = [
          tried(() => checkFilterSuite(readFilterSuite(text))),
          tried(() => checkPatternSuite(readPatternSuite(text))),
        ]
        expect(outcomes.filter(outcome => outcome !== 'run' && outcome !== 'SuiteInvalid')).toEqual([])
        expect(['run', 'MessageInvalid']).toContain(tried(() => readMessage(text)))
        for (const scope of ['MessageAttributes', 'MessageBody'] as const)
          expect(tried(() => lintPolicy(text, scope, {attributes: {}, body: text}))).toBe('run')
        expect(tried(() => lintPattern(text, text))).toBe('run')
      }),
      {numRuns: 500},
    )
  })
})

describe('a suite of filter policies', () => {
  it('is an array, one case a line, or one case', () => {
    const array = readFilterSuite(JSON.stringify([filterCase, {...filterCase, id: 'b'}], undefined, 2))
    const lines = readFilterSuite(`${JSON.stringify(filterCase)}\r\n\n${JSON.stringify({...filterCase, id: 'b'})}\n`)
    expect(array.map(({id}) => id)).toEqual(['a', 'b'])
    expect(lines.map(({id}) => id)).toEqual(['a', 'b'])
    expect(readFilterSuite(`\ufeff${JSON.stringify(filterCase, undefined, 2)}`)).toHaveLength(1)
  })

  it('takes a policy as it is written: number texts and repeated names count', () => {
    const text = '[{"policy": {"n": [1], "n" : [123456789012345678]}, "message": "x", "expect": "match"}]'
    expect(readFilterSuite(text)).toEqual([
      {
        id: 'case 1',
        scope: 'MessageAttributes',
        policyText: '{"n": [1], "n" : [123456789012345678]}',
        message: {attributes: {}, body: 'x'},
        expect: 'match',
        doubt: false,
        call: undefined,
      },
    ])
    const [exact] = readFilterSuite(JSON.stringify([{...filterCase, policyText: '{"kind": [1.0]}'}]))
    expect(exact?.policyText).toBe('{"kind": [1.0]}')
  })

  it('counts what is as expected, and what is not', () => {
    expect(check(filterCase, {...filterCase, id: 'b', expect: 'no-match'})).toEqual({
      total: 2,
      passed: 1,
      failed: 1,
      doubtful: 0,
      results: [
        {id: 'a', expected: 'match', actual: 'match', passed: true},
        {id: 'b', expected: 'no-match', actual: 'match', reason: 'every key is met', passed: false},
      ],
    })
  })

  const of = (kind: unknown, attributes: object = message.attributes) =>
    check({...filterCase, policy: {kind}, message: {...message, attributes}}).results[0]?.reason
  it('says what decided', () => {
    expect(of(['orders'])).toBe('kind: "orders" is not met: "order" is not equal')
    expect(of(['x', 'y'])).toBe('kind: "x" is not met: "order" is not equal; nor is the other alternative')
    expect(of(['x', {prefix: 'OR'}, 'y'])).toBe(
      'kind: {"prefix":"OR"} is not met: "order" does not begin with "OR"; nor is any of the 2 others; near miss: this key would be met with `equals-ignore-case` inside, which SNS does not document',
    )
    expect(of(['x'.repeat(90)])).toBe(`kind: "${'x'.repeat(79)}… is not met: "order" is not equal`)
    const branches = {$or: [{kind: ['a']}, {kind: ['b']}]}
    expect(check({...filterCase, policy: branches}).results[0]?.reason).toBe(
      'no branch of $or is met; in the first, kind: "a" is not met: "order" is not equal',
    )
    expect(check({...filterCase, policy: {}, expect: 'no-match'}).results[0]?.reason).toBe(
      'the policy is empty: every message is delivered',
    )
    const [event] = checkPatternSuite(
      readPatternSuite('[{"pattern":{"a":[1],"b":[2]},"event":{"a":1,"b":3},"expect":"match"}]'),
    ).results
    expect(event).toEqual({
      id: 'case 1',
      expected: 'match',
      actual: 'no-match',
      reason: 'b: 2 is not met: 3 is not equal',
      passed: false,
    })
  })

  it('keeps the error that came and the error that was expected apart', () => {
    const bad = {...filterCase, policy: {kind: [{x: 1}]}, expect: 'invalid'}
    const said = 'Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type x'
    expect(check({...bad, error: 'something else\n at [Source: ...]'}).results).toEqual([
      {
        id: 'a',
        expected: 'invalid',
        actual: 'invalid',
        error: said,
        errorSource: 'aws',
        expectedError: 'something else',
        passed: false,
      },
    ])
    expect(check({...bad, error: 'Unrecognized match type x'}).results).toEqual([
      {id: 'a', expected: 'invalid', actual: 'invalid', error: said, errorSource: 'aws', passed: true},
    ])
    expect(check({...filterCase, expect: 'invalid', error: 'something'}).results).toEqual([
      {
        id: 'a',
        expected: 'invalid',
        actual: 'match',
        expectedError: 'something',
        reason: 'AWS takes it: every key is met',
        passed: false,
      },
    ])
  })

  it('compares no text with words of ours', () => {
    const points = Array.from({length: 12}, (_, n) => ({wildcard: `*${n}*`}))
    const bad = {...filterCase, policy: {kind: points}, expect: 'invalid', error: 'whatever SNS says then'}
    expect(check(bad).results).toMatchObject([{actual: 'invalid', errorSource: 'msgops', passed: true}])
    expect(junitXml('s', check({...bad, expect: 'match', error: undefined}))).toContain(
      'was invalid: Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex (our words: AWS’s are not recorded)',
    )
  })

  it('goes on after a case that cannot be decided', {timeout: 60_000}, () => {
    const hard = {...filterCase, id: 'hard', policyText: HARD_POLICY, scope: 'MessageBody', message: HARD_BODY}
    const {failed, passed, results} = check(hard, {...hard, id: 'b', expect: 'no-match', doubt: true}, filterCase)
    expect([failed, passed]).toEqual([1, 1])
    expect(results).toMatchObject([
      {id: 'hard', actual: 'undecided', reason: expect.stringContaining('It cannot be told') as string, passed: false},
      {id: 'b', actual: 'undecided', passed: false, doubt: true},
      {id: 'a', passed: true},
    ])
  })

  it('does not fail for a case in doubt', () => {
    expect(check({...filterCase, doubt: true}, {...filterCase, id: 'b', doubt: true, expect: 'invalid'})).toMatchObject(
      {
        total: 2,
        passed: 1,
        failed: 0,
        doubtful: 1,
        results: [
          {passed: true, doubt: true},
          {passed: false, doubt: true},
        ],
      },
    )
  })

  it.each([
    ['Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type x', undefined, true],
    [
      'Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type x\n at [Source: (String)"..."; line: 1, column: 9]',
      undefined,
      true,
    ],
    ['Invalid parameter: FilterPolicy: Unrecognized match type x', undefined, true],
    ['Invalid parameter: FilterPolicy: Unrecognized match type x', 'SetSubscriptionAttributes', true],
    ['Invalid parameter: FilterPolicy: Unrecognized match type x', 'Subscribe', false],
    ['Unrecognized match type x', 'Subscribe', true],
    ['Unrecognized match type', undefined, false],
    ['', undefined, false],
  ])('compares the first line of the error %j (%s)', (error, api, passed) => {
    const {results} = check({...filterCase, policy: {kind: [{x: 1}]}, expect: 'invalid', error, api})
    expect(results).toMatchObject([{actual: 'invalid', passed}])
  })

  it('does not hold a text against AWS that is not known to be AWS’s', () => {
    const bad = {...filterCase, policy: {kind: [{x: 1}]}, expect: 'invalid', error: 'something else'}
    expect(check({...bad, errorFromPeer: true}, {...bad, id: 'b', errorDoubt: true})).toMatchObject({passed: 2})
  })

  it.each([
    ['', 'The suite has no cases'],
    ['[]', 'The suite has no cases'],
    ['[{"id":1},', 'The suite begins as a JSON array and is not JSON: Unexpected end-of-input'],
    [
      '[{"id":1},\n  {"id":2}\n  {"id":3}]',
      "The suite begins as a JSON array and is not JSON: Unexpected character ('{' (code 123)): was expecting comma to separate Array entries (line 3, column 4)",
    ],
    ['[{"id":1}] [2]', 'The suite begins as a JSON array and is not JSON: something follows the array'],
    ['[{"id":tru}]', "The suite begins as a JSON array and is not JSON: Unrecognized token 'tru'"],
    ['[1]', 'The suite holds no JSON object in case 1'],
    [`${JSON.stringify(filterCase)}\n{"id":`, 'The suite is not JSON in line 2'],
    ['[{"id":"x"}]', 'In case 1 (x) there is no expect: match, no-match, invalid'],
    ['[{"expect":"yes"}]', 'In case 1 expect is none of match, no-match, invalid'],
    ['[{"expect":"match","scope":"Body"}]', 'In case 1 scope is none of MessageAttributes, MessageBody'],
    ['[{"expect":"match"}]', 'In case 1 there is neither policyText nor policy'],
    ['[{"expect":"match","policy":{}}]', 'In case 1 there is no message'],
    ['[{"expect":"match","policy":{},"message":"","error":1}]', 'In case 1 error is no text'],
    ['[{"expect":"match","policy":{},"message":"","error":"x"}]', 'In case 1 an error is expected, and match'],
    ['[{"id":{},"expect":"match","policy":{},"message":""}]', 'In case 1 id is no text'],
    ['[{"expect":"match","policy":{},"message":"","doubt":"yes"}]', 'In case 1 doubt is neither true nor false'],
    ['[{"expect":"match","policyText":{},"message":""}]', 'In case 1 policyText is no text'],
    [
      '[{"expect":"match","policy":{},"message":"","api":"subscribe"}]',
      'In case 1 api is none of Subscribe, SetSubscriptionAttributes, unknown',
    ],
    ['[{"id":"x","expect":"match","expect":"no-match"}]', 'In case 1 (x) the field expect stands twice'],
    [
      '[{"id":"x","expcted":"match","policy":{},"message":""}]',
      'In case 1 (x) there is a field "expcted", which no case has',
    ],
    [
      '[{"id":"x","expect":"match","pattern":{},"message":""}]',
      'In case 1 (x) there is a field "pattern": the case is one for msgops pattern check',
    ],
    [
      '{"id":"x","expect":"match","policy":{},"message":""}\n\n{"id":"x","expect":"no-match","policy":{},"message":""}',
      'In line 3 (x) the id is that of line 1 (x): each case needs its own',
    ],
    [
      '[{"expect":"match","policy":{},"message":""},{"id":"case 1","expect":"match","policy":{},"message":""}]',
      'In case 2 (case 1) the id is that of case 1: each case needs its own',
    ],
    ['[{"expect":"match","policy":{},"message":{"Messages":[]}}]', 'In case 1: The message text holds no message'],
    ['[{"expect":"match","policy":{},"message":null}]', 'In case 1: The message text holds no message'],
    [
      '[{"expect":"match","policy":{},"message":{"attributes":{"":{}}}}]',
      'In case 1: A message attribute has an empty name',
    ],
  ])('refuses %j', (text, why) => {
    const read = () => readFilterSuite(text)
    expect(read).toThrow(why)
    expect(read).toThrow(expect.objectContaining({code: 'SuiteInvalid', exitCode: 2}) as Error)
  })
})

describe('a field that no case has', () => {
  const suggestionsFor = (read: (text: string) => unknown, field: string): readonly string[] => {
    try {
      read(JSON.stringify([{...filterCase, [field]: 'x'}]))
      return ['taken']
    } catch (error) {
      return error instanceof OpsError ? error.suggestions : []
    }
  }

  it.each([
    ['expcted', 'Did you mean expect?'],
    ['expected', 'Did you mean expect?'],
    ['policytext', 'Did you mean policyText?'],
    ['erorr', 'Did you mean error?'],
    ['notes', 'Did you mean note?'],
    ['Scope', 'Did you mean scope?'],
  ])('%s: the nearest is named', (field, near) => {
    expect(suggestionsFor(readFilterSuite, field)[0]).toBe(near)
  })

  it('nothing near: the fields are listed', () => {
    expect(suggestionsFor(readFilterSuite, 'zzzzzz')).toEqual([
      'A case has: id, expect, error, errorDoubt, errorFromPeer, doubt, policy, policyText, scope, message, api. A remark goes under note.',
    ])
  })

  it.each([
    'note',
    'source',
    'trust',
    'validatedOn',
    'alsoIn',
    'doubtReason',
    'derivedMessage',
    'errorRaw',
    'errorCode',
  ])('%s is of recorded cases, and nothing is read from it', field => {
    expect(suggestionsFor(readFilterSuite, field)).toEqual(['taken'])
  })
})

describe('a suite of event patterns', () => {
  const eventCase = {id: 'e', pattern: {a: [1]}, event: {a: 1.0}, expect: 'match'}

  it('reads patterns and events as they are written', () => {
    const [one] = readPatternSuite('[{"pattern": {"a": [1.0]}, "eventText": "{\\"a\\":1}", "expect": "match"}]')
    expect(one).toMatchObject({patternText: '{"a": [1.0]}', eventText: '{"a":1}', wholeEvent: false})
    const [text] = readPatternSuite(JSON.stringify([{...eventCase, pattern: '{"a":[2]}'}]))
    expect(text?.patternText).toBe('{"a":[2]}')
  })

  it.each([
    [
      '[{"expect":"match","pattern":{},"event":{},"patern":{}}]',
      'In case 1 there is a field "patern", which no case has',
    ],
    [
      '[{"expect":"match","pattern":{},"event":{},"scope":"MessageBody"}]',
      'In case 1 there is a field "scope": the case is one for msgops filter check',
    ],
    ['[{"expect":"match","pattern":{},"event":{},"invalidPart":"events"}]', 'In case 1 invalidPart is none of event'],
    ['[{"expect":"match","pattern":{},"eventText":{}}]', 'In case 1 eventText is no text'],
  ])('refuses %j', (text, why) => {
    expect(() => readPatternSuite(text)).toThrow(why)
  })

  it('asks for a whole event where the event is said to be what is invalid', () => {
    const cases = [
      eventCase,
      {...eventCase, id: 'f', expect: 'invalid', invalidPart: 'event', error: 'Parameter Event is not valid.'},
    ]
    expect(checkPatternSuite(readPatternSuite(JSON.stringify(cases)))).toMatchObject({total: 2, passed: 2})
  })

  it('says what EventBridge says', () => {
    const cases = [
      {
        ...eventCase,
        pattern: {a: []},
        expect: 'invalid',
        error: 'Event pattern is not valid. Reason: Empty arrays are not allowed',
      },
    ]
    const result = checkPatternSuite(readPatternSuite(JSON.stringify(cases)))
    expect(result).toMatchObject({
      passed: 1,
      results: [{error: 'Event pattern is not valid. Reason: Empty arrays are not allowed'}],
    })
  })
})

describe('JUnit XML', () => {
  const result = {
    total: 3,
    passed: 1,
    failed: 1,
    doubtful: 1,
    results: [
      {id: 'fine', expected: 'match', actual: 'match', passed: true},
      {id: 'wrong', expected: 'match', actual: 'invalid', error: 'a < b & "c"', passed: false},
      {id: 'unsure', expected: 'match', actual: 'no-match', reason: 'why <not>', passed: false, doubt: true},
    ],
  } as const

  it('has a testcase a case', () => {
    expect(junitXml('filter check s.json', result)).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites>',
        '  <testsuite name="filter check s.json" tests="3" failures="1" errors="0" skipped="1">',
        '    <testcase name="fine" classname="filter check s_json"/>',
        '    <testcase name="wrong" classname="filter check s_json"><failure message="expected match, was invalid: a &lt; b &amp; &quot;c&quot;">expected match, was invalid',
        'a &lt; b &amp; &quot;c&quot;</failure></testcase>',
        '    <testcase name="unsure" classname="filter check s_json"><skipped message="expected match, was no-match: why &lt;not&gt;">expected match, was no-match',
        'why &lt;not&gt;</skipped></testcase>',
        '  </testsuite>',
        '</testsuites>',
      ].join('\n'),
    )
  })

  it('tells both errors where only these differ', () => {
    const other = {
      id: 'e',
      expected: 'invalid',
      actual: 'invalid',
      error: 'this',
      expectedError: 'that',
      passed: false,
    } as const
    expect(
      junitXml('s', {...result, results: [other]})
        .split('\n')
        .slice(3, 6),
    ).toEqual([
      '    <testcase name="e" classname="s"><failure message="invalid as expected, with another error: this">invalid as expected, with another error',
      'this',
      'expected error: that</failure></testcase>',
    ])
  })

  it.each([...hostileStrings, {what: 'XML', text: ']]>"/><!--&#0;\u0000\ud800\ufffe\r\n\t<x a="'}])(
    'is well formed whatever a case is called: $what',
    ({text}) => {
      const xml = junitXml(text, {...result, results: [{...result.results[1], id: text, error: text}]})
      // What is no XML character: https://www.w3.org/TR/xml/#charsets
      expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u)
      const attribute = String.raw`"[^"<&\n\t]*(?:&(?:amp|lt|gt|quot|#1[03]|#9);[^"<&\n\t]*)*"`
      const line = new RegExp(`^    <testcase name=${attribute} classname=${attribute}><failure message=${attribute}>`)
      expect(xml.split('\n')[3]).toMatch(line)
      const start = xml.indexOf('<failure message="')
      const content = xml.slice(xml.indexOf('">', start) + 2, xml.indexOf('</failure>'))
      expect(content).toMatch(/^expected match, was invalid\n/)
      expect(content).toMatch(/^[^<&]*(?:&(?:amp|lt|gt|quot|#13);[^<&]*)*$/)
      expect(xml.endsWith('</failure></testcase>\n  </testsuite>\n</testsuites>')).toBe(true)
    },
  )
})
