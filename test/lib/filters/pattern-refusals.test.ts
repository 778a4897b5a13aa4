import {describe, expect, it} from 'vitest'
import {InvalidPatternError} from '../../../src/lib/filters/errors.js'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'

/** The reason and place of a refusal; fails when there is none. */
function refusal(patternText: string): {reason: string; place?: string} {
  try {
    compileEventPattern(patternText)
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    expect(error.message).toBe(`Event pattern is not valid. Reason: ${error.reason}`)
    const {reason, location} = error
    return {reason, place: location && `${location.line}:${location.column}`}
  }
  throw new Error(`${patternText} was accepted`)
}

// The words are event-ruler's and its parser's; the places were read off event-ruler, which counts to after the offending token.
describe('what AWS says against a pattern', () => {
  it.each([
    ['[1]', 'Filter is not an object', '1:2'],
    ['', 'Filter is not an object', '1:1'],
    ['{}', 'Empty objects are not allowed', '1:3'],
    ['{"a":{}}', 'Empty objects are not allowed', '1:8'],
    ['{"a":[]}', 'Empty arrays are not allowed', '1:8'],
    ['{"a":"x"}', '"a" must be an object or an array', '1:7'],
    ['{"a":{"suffix":"x"}}', '"suffix" must be an object or an array', '1:17'],
    ['{"a":[[1]]}', 'Match value must be String, number, true, false, or null', '1:8'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed in match expression', '1:31'],
    ['{"a":[{}]}', 'Match expression name not found', '1:9'],
    ['{"a":[{"EXISTS":true}]}', 'Unrecognized match type EXISTS', '1:21'],
    ['{"a":[{"prefix":{"suffix":"x"}}]}', 'Unsupported prefix pattern: suffix', '1:28'],
    ['{"a":[{"wildcard":"a**"}]}', 'Consecutive wildcard characters at pos 2', '1:24'],
    ['{"a":[{"wildcard":"ü**"}]}', 'Consecutive wildcard characters at pos 3', '1:24'],
    ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 2', '1:25'],
    ['{"a":[{"exists":"true"}]}', 'exists match pattern must be either true or false.', '1:18'],
    ['{"a":[{"numeric":1}]}', 'Value of numeric must be an array.', '1:19'],
    ['{"a":[{"numeric":[]}]}', 'Invalid member in numeric match: ]', '1:20'],
    ['{"a":[{"numeric":[">",1,30]}]}', 'Bad value in numeric range: 30', '1:27'],
    ['{"a":[{"numeric":[">",1,">",2]}]}', 'Bad numeric range operator: >', '1:28'],
    ['{"a":[{"numeric":[">=",5,"<=",5]}]}', 'Bottom must be less than top', '1:33'],
    ['{"a":[{"numeric":["=",1e400]}]}', 'Cannot compare number : 1e400', '1:29'],
    ['{"a":[{"numeric":["=",123456789012345678]}]}', 'Cannot compare number : 123456789012345678', '1:42'],
    ['{"a":[{"anything-but":null}]}', 'Value of anything-but must be an array or single string/number value.', '1:27'],
    ['{"a":[{"anything-but":{}}]}', 'Anything-But expression name not found', '1:25'],
    ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed', '1:35'],
    ['{"$or":{"a":["x"]}}', 'It must be an Array followed with $or.', '1:9'],
    ['{"$or":[{"a":["x"]}]}', 'There must have at least 2 Objects in $or relationship.', '1:21'],
    ['{"$or":[{"a":["x"]},1]}', 'Only JSON object is allowed in array of $or relationship.', '1:22'],
    [
      '{"$or":[{"prefix":["x"]},{"b":["x"]}]}',
      'prefix is Ruler reserved fieldName which cannot be used inside $or.',
      '1:20',
    ],
    [
      '{\n  "a": [\n    tru\n  ]\n}',
      "Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      '3:8',
    ],
  ])('%s', (patternText, reason, place) => {
    expect(refusal(patternText)).toEqual({reason, place})
  })

  it.each([
    ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a":[{"cidr":"10.0.0.0/x"}]}', 'Malformed CIDR, mask bits must be an integer'],
    ['{"a":[{"cidr":"10.0.0.0/-1"}]}', 'Malformed CIDR, mask bits must not be negative'],
    ['{"a":[{"cidr":"10.0.0.0/32"}]}', 'IPv4 mask bits must be < 32'],
    ['{"a":[{"cidr":"::/128"}]}', 'IPv6 mask bits must be < 128'],
    ['{"a":[{"cidr":"host/8"}]}', 'Nonstandard IP address: host'],
    ['{"a":[{"cidr":"256.0.0.1/8"}]}', 'Invalid IP address: 256.0.0.1'],
  ])('%s, without a place', (patternText, reason) => {
    expect(refusal(patternText)).toEqual({reason, place: undefined})
  })

  it.each([
    [
      '{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}',
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    ],
    [
      '{"a":[{"wildcard":"*aaaaaaaaaa"}]}',
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    ],
    [`{${Array.from({length: 257}, (_, n) => `"k${n}":["x"]`).join(',')}}`, 'Size of rule exceeds max value of 256'],
  ])('%s', (patternText, reason) => {
    expect(refusal(patternText).reason).toBe(reason)
  })

  // Scores of event-ruler; AWS accepted these.
  it.each([
    ['{"a":[{"wildcard":"/Users/*/dir/dir/dir/dir/dir/doc.txt"}]}', 7],
    ['{"a":[{"wildcard":"a*"}]}', 2],
    ['{"a":[{"wildcard":"*aaaaaaaaa"}]}', 10],
    ['{"a":["x"]}', 0],
  ])('%s has complexity %i', (patternText, complexity) => {
    expect(compileEventPattern(patternText).complexity).toBe(complexity)
  })
})
