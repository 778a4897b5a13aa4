import {describe, expect, it} from 'vitest'
import {parseMessageAttributes} from '../../../src/lib/messages/attribute-argument.js'
import {firstForbiddenCharacter} from '../../../src/lib/messages/characters.js'

describe('--attribute', () => {
  it.each([
    ['tenant=acme', {tenant: {DataType: 'String', StringValue: 'acme'}}],
    ['q=a=b=c', {q: {DataType: 'String', StringValue: 'a=b=c'}}],
    ['q=a:b', {q: {DataType: 'String', StringValue: 'a:b'}}],
    ['n:Number=-1.50e3', {n: {DataType: 'Number', StringValue: '-1.50e3'}}],
    ['n:Number.float=0.10', {n: {DataType: 'Number.float', StringValue: '0.10'}}],
    ['b:Binary=AP8=', {b: {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])}}],
    ['b:Binary.png=AP8', {b: {DataType: 'Binary.png', BinaryValue: Buffer.from([0, 255])}}],
    ['a.b-c_d=x', {'a.b-c_d': {DataType: 'String', StringValue: 'x'}}],
  ])('%s', (argument, expected) => {
    expect(parseMessageAttributes([argument])).toEqual(expected)
  })

  it('an attribute called __proto__ stays an attribute', () => {
    expect(Object.keys(parseMessageAttributes(['__proto__=x']))).toEqual(['__proto__'])
  })

  it.each([
    ['no equals sign', ['tenant']],
    ['no name', ['=x']],
    ['no value', ['tenant=']],
    ['a name twice', ['a=1', 'a=2']],
    ['eleven', Array.from({length: 11}, (_, i) => `a${i}=x`)],
    ['an unknown type', ['n:Integer=1']],
    ['a type without a label', ['n:Number.=1']],
    ['a word as a number', ['n:Number=one']],
    ['39 digits', [`n:Number=${'9'.repeat(39)}`]],
    ['base64 that is none', ['b:Binary=A*']],
    ['a reserved name', ['AWS.trace=x']],
    ['a name with a blank', ['a b=x']],
    ['a name that begins with a dot', ['.a=x']],
    ['a control character', ['a=x\u0007']],
  ])('refuses %s', (_, args) => {
    expect(() => parseMessageAttributes(args)).toThrow(
      expect.objectContaining({code: 'InvalidMessageAttribute', exitCode: 2}) as Error,
    )
  })
})

describe('characters that SQS refuses', () => {
  it.each([
    ['\u0000', 'U+0000'],
    ['\u0008', 'U+0008'],
    ['\u000b', 'U+000B'],
    ['\u001b', 'U+001B'],
    ['\ud800', 'U+D800'],
    ['\udfff', 'U+DFFF'],
    ['\ufffe', 'U+FFFE'],
    ['\uffff', 'U+FFFF'],
  ])('%j is %s', (character, codePoint) => {
    expect(firstForbiddenCharacter(`ab${character}c`)).toEqual({index: 2, codePoint})
  })

  it.each(['', '\t\n\r', ' ~', '\u007f\u0085\u009b', '\ud7ff\ue000\ufffd', '\u{10000}\u{10ffff}', '\u{1f600}'])(
    '%j is taken',
    text => {
      expect(firstForbiddenCharacter(text)).toBeUndefined()
    },
  )
})
