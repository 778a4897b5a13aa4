import {describe, expect, it} from 'vitest'
import {parseHead} from '../../../../../src/lib/aws/lean/http/head.js'
import {MalformedAnswer} from '../../../../../src/lib/aws/network-errors.js'

const head = (...lines: string[]) => parseHead(['HTTP/1.1 200 OK', ...lines].join('\r\n'))

describe('the head of an answer', () => {
  it('is status, fields and framing', () => {
    expect(head('Content-Length:  12 ', 'x-amzn-RequestId: 5fea7756', 'X-Empty:')).toEqual({
      statusCode: 200,
      headers: {'content-length': '12', 'x-amzn-requestid': '5fea7756', 'x-empty': ''},
      framing: {kind: 'length', bytes: 12},
      keepAlive: true,
      keepAliveSeconds: undefined,
    })
  })

  it.each([
    ['HTTP/1.1 200 ', 200],
    ['HTTP/1.1 503', 503],
    ['HTTP/1.0 404 Not Found', 404],
    ['HTTP/1.1 599 \xe4\xf6\xfc', 599],
  ])('%j has a status', (line, statusCode) => {
    expect(parseHead(line).statusCode).toBe(statusCode)
  })

  it.each([
    '',
    'HTTP/2 200 OK',
    'HTTP/1.2 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 200OK',
    'ICY 200 OK',
    'HTTP/1.1 200 O\nK',
    'HTTP/1.1 200 O\0K',
  ])('%j has none', line => {
    expect(() => parseHead(line)).toThrow(MalformedAnswer)
  })

  it.each([
    'no colon',
    ': no name',
    'space before : value',
    ' folded: line',
    'na\xefve: value',
    'bare: \r return',
    'bare: \n feed',
    'nul: \0',
    '',
  ])('refuses the field %j', line => {
    expect(() => head(line)).toThrow(MalformedAnswer)
  })

  it('joins what comes twice, and refuses it where the framing would be in doubt', () => {
    expect(head('Via: a', 'via: b').headers.via).toBe('a, b')
    expect(() => head('content-length: 1', 'Content-Length: 1')).toThrow('content-length twice')
    expect(() => head('transfer-encoding: chunked', 'transfer-encoding: chunked')).toThrow(MalformedAnswer)
    expect(() => head('content-length: 1', 'transfer-encoding: chunked')).toThrow(MalformedAnswer)
  })

  it.each(['+1', '-1', '0x1', '1.0', '1e3', '1,1', '', '1 1', '9'.repeat(16)])('a length of %j is none', length => {
    expect(() => head(`content-length: ${length}`)).toThrow(MalformedAnswer)
  })

  it.each(['gzip', 'chunked, gzip', 'gzip, chunked', 'identity', 'chunked;x', ''])('refuses to decode %j', encoding => {
    expect(() => head(`transfer-encoding: ${encoding}`)).toThrow(MalformedAnswer)
  })

  it('says where the body ends', () => {
    expect(head('Transfer-Encoding: Chunked').framing).toEqual({kind: 'chunked'})
    expect(head().framing).toEqual({kind: 'until-close'})
    for (const status of [100, 103, 204, 304])
      expect(parseHead(`HTTP/1.1 ${status} X\r\ncontent-length: 7`).framing).toEqual({kind: 'length', bytes: 0})
  })

  it.each([
    ['1.1', 'x: y', true],
    ['1.1', 'Connection: Keep-Alive', true],
    ['1.1', 'connection: close', false],
    ['1.1', 'connection: Foo , Close', false],
    ['1.1', 'connection: closely', true],
    ['1.0', 'x: y', false],
    ['1.0', 'connection: keep-alive', true],
  ])('HTTP/%s with %s may carry another: %s', (version, field, keepAlive) => {
    expect(parseHead(`HTTP/${version} 200 OK\r\ncontent-length: 0\r\n${field}`).keepAlive).toBe(keepAlive)
  })

  it('cannot be followed by another without an end of its body', () => {
    expect(head('connection: keep-alive').keepAlive).toBe(false)
  })

  it.each([
    ['timeout=5', 5],
    ['timeout=60, max=100', 60],
    ['max=5, Timeout=0', 0],
    ['max=5', undefined],
    ['timeout=soon', undefined],
  ])('Keep-Alive: %s', (value, seconds) => {
    expect(head(`keep-alive: ${value}`).keepAliveSeconds).toBe(seconds)
  })

  it('gives no field a meaning of JavaScript', () => {
    expect(Object.keys(head('__proto__: x', 'constructor: y').headers)).toEqual(['__proto__', 'constructor'])
    expect(head().headers.constructor).toBeUndefined()
  })
})
