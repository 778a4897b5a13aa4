import {describe, expect, it} from 'vitest'
import {checkLine, encodeLine} from '../../../../src/lib/redrive/journal/line.js'

// CRCs by Python's zlib: a = crc32(b'7 {"a":1}'), and crc32('10 {"b":"ü"}'.encode(), a).
describe('a journal line', () => {
  it('is checksum, length in bytes and JSON', () => {
    expect(encodeLine('{"a":1}', 0).bytes.toString()).toBe('9e58a832 7 {"a":1}\n')
  })

  it('continues from the checksum of the line before it, and counts bytes and not characters', () => {
    const {crc} = encodeLine('{"a":1}', 0)
    expect(encodeLine('{"b":"ü"}', crc).bytes.toString()).toBe('14f6dbe9 10 {"b":"ü"}\n')
  })

  it('reads back', () => {
    expect(checkLine(Buffer.from('9e58a832 7 {"a":1}'), [0])).toEqual({ok: true, crc: 0x9e58a832, json: '{"a":1}'})
  })

  it.each([
    ['another byte', '9e58a832 7 {"a":2}', 'its checksum is wrong'],
    ['a capital in the checksum', '9E58A832 7 {"a":1}', 'it does not begin with a checksum'],
    ['another length', '9e58a832 8 {"a":1}', 'it does not have the length it names'],
    ['a length with a zero before it', '9e58a832 07 {"a":1}', 'it does not have the length it names'],
    ['bytes behind it', '9e58a832 7 {"a":1} ', 'it does not have the length it names'],
    ['no length', '9e58a832 {"a":1}', 'it does not have the length it names'],
    ['nothing', '', 'it does not begin with a checksum'],
    ['zeros', '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'it does not begin with a checksum'],
  ])('is refused with %s', (_, line, why) => {
    expect(checkLine(Buffer.from(line), [0])).toMatchObject({ok: false, why})
  })

  it('is refused behind another line than the one it was written behind', () => {
    const second = encodeLine('{"b":"ü"}', encodeLine('{"a":1}', 0).crc).bytes.subarray(0, -1)
    expect(checkLine(second, [encodeLine('{"a":2}', 0).crc])).toMatchObject({ok: false, why: 'its checksum is wrong'})
  })
})
