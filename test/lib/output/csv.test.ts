import {describe, expect, test} from 'vitest'
import {renderCsv} from '../../../src/lib/output/csv.js'

describe('renderCsv', () => {
  test('a header of the keys and CRLF line ends (RFC 4180, section 2)', () => {
    expect(
      renderCsv([
        {name: 'orders', depth: 3},
        {name: 'orders-dlq', depth: 40},
      ]),
    ).toBe('name,depth\r\norders,3\r\norders-dlq,40\r\n')
  })

  test('keys of later records come behind, what is missing is empty', () => {
    expect(renderCsv([{a: 1}, {b: 2, a: null}, {c: undefined}])).toBe('a,b,c\r\n1,,\r\n,2,\r\n,,\r\n')
  })

  test.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['one\ntwo', '"one\ntwo"'],
    ['one\r\ntwo', '"one\r\ntwo"'],
    ['', ''],
    [' padded ', ' padded '],
    ['注文', '注文'],
  ])('quotes %j as %j', (value, field) => {
    expect(renderCsv([{value}])).toBe(`value\r\n${field}\r\n`)
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['\uff1d1+1', "'\uff1d1+1"],
    ['a=1', 'a=1'],
    ["'quoted", "'quoted"],
  ])('text %j is no formula: %j', (value, field) => {
    expect(renderCsv([{value}])).toBe(`value\r\n${field}\r\n`)
  })

  test('guards keys as well', () => {
    expect(renderCsv([{'=evil()': 1}])).toBe("'=evil()\r\n1\r\n")
  })

  test('numbers and booleans stay what they are', () => {
    expect(renderCsv([{a: -5, b: 1.5, c: true, d: 12n}])).toBe('a,b,c,d\r\n-5,1.5,true,12\r\n')
  })

  test('lists and objects are JSON', () => {
    expect(renderCsv([{a: [1, 'x'], b: {c: '='}}])).toBe('a,b\r\n"[1,""x""]","{""c"":""=""}"\r\n')
  })

  test('records that are no objects make one column', () => {
    expect(renderCsv(['orders', 3, null, ['a']])).toBe('value\r\norders\r\n3\r\n\r\n"[""a""]"\r\n')
  })

  test('keys of Object.prototype are keys like others', () => {
    const record: unknown = JSON.parse('{"__proto__":1,"constructor":2,"toString":3}')
    expect(renderCsv([record, {}])).toBe('__proto__,constructor,toString\r\n1,2,3\r\n,,\r\n')
  })

  test('no records, no text', () => {
    expect(renderCsv([])).toBe('')
  })
})
