import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {functionArn, parseFunctionArn, readFunctionName} from '../../../src/sandbox/lambda/function-name.js'

const HERE = {account: '000000000000', region: 'us-east-1'}
const ARN = 'arn:aws:lambda:us-east-1:111111111111:function:'
const USE =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?'
const outside = (value: string) =>
  `Value '${value}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${USE}`

const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/)
const account = fc.stringMatching(/^\d{12}$/)
const qualifier = fc.option(fc.oneof(fc.constant('$LATEST'), word), {nil: undefined})

describe('the name of a function', () => {
  it('means the same in every form', () => {
    fc.assert(
      fc.property(word, account, qualifier, (name, owner, version) => {
        const end = version === undefined ? '' : `:${version}`
        const whole = functionArn({account: owner, region: 'us-east-1', name}, version)
        const expected = {account: owner, region: 'us-east-1', name, qualifier: version}
        expect(readFunctionName(whole, undefined, HERE)).toEqual(expected)
        expect(parseFunctionArn(whole)).toEqual(expected)
        expect(readFunctionName(`${owner}:function:${name}${end}`, undefined, HERE)).toEqual(expected)
        expect(readFunctionName(`function:${name}${end}`, undefined, HERE)).toEqual({...HERE, name, qualifier: version})
        expect(readFunctionName(name, version, HERE)).toEqual({...HERE, name, qualifier: version})
      }),
    )
  })

  // Recorded.
  it.each([
    [`${ARN}f:1:2`],
    ['function:f:$LATEST:extra'],
    ['arn:aws:lambda::111111111111:function:f'],
    ['arn:aws:lambda:us-east-1::function:f'],
    ['arn:aws:lambda:invalid-region:111111111111:function:f'],
    [`${ARN}f:$LATES`],
    ['arn:aws:lambda:us-east-1:123400000000@function:myfn'],
  ])('is none: %s', name => {
    expect(() => readFunctionName(name, undefined, HERE)).toThrow(`1 validation error detected: ${outside(name)}`)
  })

  it('and a qualifier are refused together', () => {
    const long = 'a'.repeat(129)
    expect(() => readFunctionName('arn:aws:lambda:invalid-region:111111111111:function:f', long, HERE)).toThrow(
      `2 validation errors detected: Value '${long}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; ${outside('arn:aws:lambda:invalid-region:111111111111:function:f')}`,
    )
  })

  it('may be "function", where an ARN ends too soon', () => {
    expect(readFunctionName('arn:aws:lambda:us-east-1:111111111111:function', undefined, HERE)).toMatchObject({
      name: 'function',
    })
  })
})
