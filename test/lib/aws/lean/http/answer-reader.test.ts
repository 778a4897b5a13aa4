import fc from 'fast-check'
import {once} from 'node:events'
import {request} from 'node:http'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {AnswerReader} from '../../../../../src/lib/aws/lean/http/answer-reader.js'
import type {ReadAnswer} from '../../../../../src/lib/aws/lean/http/answer-reader.js'
import {UnreadableAnswer} from '../../../../../src/lib/aws/lean/answer.js'
import {MalformedAnswer} from '../../../../../src/lib/aws/network-errors.js'

/** What is read of bytes that come in pieces, and then the end of the connection if it is still waited for. */
function read(pieces: readonly Buffer[], maxBytes = 10_000): ReadAnswer | undefined {
  const reader = new AnswerReader(maxBytes)
  for (const [index, piece] of pieces.entries()) {
    // As the connection does: one buffer, used again for the next piece.
    const shared = Buffer.from(piece)
    const answer = reader.read(shared)
    shared.fill(0)
    if (!answer) continue
    expect(index).toBe(pieces.length - 1)
    return answer
  }
  return reader.end()
}

const whole = (text: string) => read([Buffer.from(text)])
const bytewise = (text: string) => read([...Buffer.from(text)].map(byte => Buffer.from([byte])))

const LENGTH = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const CLOSE = (body: string) => `HTTP/1.0 200 OK\r\n\r\n${body}`
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

const bodies = fc.string({unit: 'binary', maxLength: 300})
const cuts = fc.array(fc.nat(600), {maxLength: 8})

function pieces(text: string, at: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const sorted = [0, ...at.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

function chunked(body: string, at: readonly number[], extension: string): string {
  const parts = pieces(body, at).filter(part => part.length > 0)
  const chunks = parts.map(part => `${part.length.toString(16)}${extension}\r\n${part.toString('latin1')}\r\n`)
  return Buffer.from(`${chunks.join('')}0\r\nx-after: the end\r\n\r\n`, 'latin1').toString('latin1')
}

describe('an answer, however it is cut up,', () => {
  it('has the body that its length says', () => {
    fc.assert(
      fc.property(bodies, cuts, (body, at) => {
        expect(read(pieces(LENGTH(body), at))).toMatchObject({statusCode: 200, text: body, keepAlive: true})
      }),
    )
  })

  it('has the body of its chunks', () => {
    fc.assert(
      fc.property(bodies, cuts, cuts, fc.constantFrom('', ';a=b', ';a="b;c";d'), (body, at, split, extension) => {
        const bytes = Buffer.from(CHUNKED + chunked(body, at, extension), 'latin1')
        const sorted = [0, ...split.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const cutUp = sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
        expect(read(cutUp)).toMatchObject({text: body, keepAlive: true})
      }),
    )
  })

  it('goes on to the end of its connection where it says nothing', () => {
    fc.assert(
      fc.property(bodies, cuts, (body, at) => {
        expect(read(pieces(CLOSE(body), at))).toMatchObject({text: body, keepAlive: false})
      }),
    )
  })

  it('is the final one, whatever was announced before it', () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
    expect(whole(interim + LENGTH('{}'))?.text).toBe('{}')
    expect(bytewise(interim + LENGTH('{}'))?.text).toBe('{}')
  })

  it('is whole without a body', () => {
    for (const text of [LENGTH(''), `${CHUNKED}0\r\n\r\n`, 'HTTP/1.1 204 No Content\r\n\r\n']) {
      expect(whole(text)?.text).toBe('')
      expect(bytewise(text)?.text).toBe('')
    }
  })
})

describe('what is refused', () => {
  it.each([
    ['no HTTP, though no line has ended', '220 mail.example'],
    ['the beginning of another protocol', 'HTTP/2'],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['lines that end in LF alone', 'HTTP/1.1 200 OK\ncontent-length: 2\n\n{}\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(17_000)}`],
    ['a head that ends late', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['a second answer behind one with a length', `${LENGTH('{}')}HTTP/1.1 200 OK\r\n\r\n`],
    ['a second answer behind chunks', `${CHUNKED}0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`],
    ['a body longer than its length', `${LENGTH('{}')}}`],
    ['a chunk without size', `${CHUNKED}\r\n`],
    ['a size that is none', `${CHUNKED}xyz\r\n`],
    ['a negative size', `${CHUNKED}-1\r\n`],
    ['a size that is written otherwise', `${CHUNKED}0x2\r\n{}\r\n`],
    ['a size beyond numbers', `${CHUNKED}${'f'.repeat(9)}\r\n`],
    ['a chunk longer than it says', `${CHUNKED}2\r\n{}}\r\n`],
    ['a chunk that ends in LF alone', `${CHUNKED}2\n{}\r\n`],
    ['a line of a chunk without end', `${CHUNKED}2;${'x'.repeat(5000)}`],
    ['fields after the last chunk without end', `${CHUNKED}0\r\n${'x: yyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(500)}`],
  ])('%s', (name, text) => {
    expect(() => whole(text)).toThrow(MalformedAnswer)
    // Byte by byte the answer is whole before there is more.
    if (!/second|longer than its length/.test(name)) expect(() => bytewise(text)).toThrow(MalformedAnswer)
  })

  it('a body beyond the limit, as soon as that is known', () => {
    const reader = () => new AnswerReader(10)
    const told = Buffer.from('HTTP/1.1 200 OK\r\nx-amzn-requestid: req-1\r\ncontent-length: 11\r\n\r\n')
    expect(() => reader().read(told)).toThrow(UnreadableAnswer)
    expect(() => reader().read(Buffer.from(`${CHUNKED}b\r\n01234567890`))).toThrow(UnreadableAnswer)
    expect(() => reader().read(Buffer.from(CLOSE('01234567890')))).toThrow(UnreadableAnswer)
    expect(reader().read(Buffer.from(LENGTH('0123456789')))?.text).toBe('0123456789')
  })

  it.each([
    LENGTH('{"a":1}').slice(0, -1),
    `${CHUNKED}2\r\n{}\r\n`,
    'HTTP/1.1 200 OK\r\ncontent-le',
    'HTTP/1.1 100 C\r\n\r\n',
  ])('an end before the end of %j', text => {
    expect(whole(text)).toBeUndefined()
  })
})

describe('beside the parser of Node', () => {
  let bytes: Buffer = Buffer.alloc(0)
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.end(bytes))
  })
  let port = 0

  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  async function readByNode(answer: Buffer): Promise<{statusCode: number; text: string} | undefined> {
    bytes = answer
    return new Promise(resolve => {
      const asked = request({host: '127.0.0.1', port, method: 'POST', path: '/', agent: false})
      asked.on('error', () => resolve(undefined))
      asked.on('upgrade', (_response, socket) => {
        socket.destroy()
        resolve(undefined)
      })
      asked.on('response', response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => resolve(undefined))
        response.on('end', () =>
          resolve(
            response.complete
              ? {statusCode: response.statusCode ?? 0, text: Buffer.concat(chunks).toString()}
              : undefined,
          ),
        )
      })
      asked.end('{}')
    })
  }

  function readByUs(answer: Buffer): {statusCode: number; text: string} | undefined {
    try {
      const own = read([answer])
      return own && {statusCode: own.statusCode, text: own.text}
    } catch {
      return undefined
    }
  }

  it('what we take is what Node takes, with the same body, however an answer was damaged', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          LENGTH('{"Successful":[]}'),
          CLOSE('{}'),
          `${CHUNKED}2\r\n{}\r\n0\r\n\r\n`,
          `${CHUNKED}a;x=y\r\n0123456789\r\n0\r\na: b\r\n\r\n`,
        ),
        fc.array(
          fc.tuple(
            fc.nat(120),
            fc.constantFrom('', '\r', '\n', ' ', ':', '0', '1', 'f', 'close', 'chunked', '\0', '\x80'),
          ),
          {maxLength: 2},
        ),
        async (text, edits) => {
          let damaged = text
          for (const [at, put] of edits) damaged = damaged.slice(0, at) + put + damaged.slice(put === '' ? at + 1 : at)
          const answer = Buffer.from(damaged, 'latin1')
          const own = readByUs(answer)
          if (own === undefined) return
          taken++
          expect(await readByNode(answer)).toEqual(own)
        },
      ),
      {numRuns: 2000},
    )
    expect(taken).toBeGreaterThan(100)
  })
})
