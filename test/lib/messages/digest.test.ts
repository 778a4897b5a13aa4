import {describe, expect, it} from 'vitest'
import {md5OfBody, md5OfMessageAttributes, messageSize} from '../../../src/lib/messages/digest.js'

describe('md5OfBody', () => {
  // Recorded on AWS (LocalStack's validated SQS tests).
  it.each([
    ['message', '78e731027d8fd50ed642340b7c9a63b3'],
    ['msg', '6e2baaf3b97dbeef01c0043275f9a0e7'],
    ['{"foo": "bar"}', '94232c5b8fc9272f6f73a1e36eb68fcf'],
  ])('of %j is what AWS answered', (body, md5) => {
    expect(md5OfBody(body)).toBe(md5)
  })

  it('is over UTF-8 bytes', () => {
    // printf 'Grüße ✓' | md5sum
    expect(md5OfBody('Grüße ✓')).toBe('0b0260c4953ea310613bbabcdabc23c4')
  })
})

describe('md5OfMessageAttributes', () => {
  const string = (StringValue: string) => ({DataType: 'String', StringValue})

  // Recorded on AWS: MD5OfMessageAttributes of the messages that held these attributes.
  it.each([
    ['one string', {MyAttribute: string('foobar')}, 'adb59cd4678ea5a855436b949cd07ab6'],
    ['one number', {timestamp: {DataType: 'Number', StringValue: '1493147359900'}}, '235c5c510d26fb653d073faed50ae77c'],
    [
      'one binary',
      {
        attr1: {
          DataType: 'Binary',
          BinaryValue: Buffer.from('traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01'),
        },
      },
      '8cbe4db156db8a94db8b801b7addb984',
    ],
    [
      'three in no order',
      {'Help.Me': string('Me'), Hello: string('There'), General: string('Kenobi')},
      '4c360f3fdafd970e05fae2f149d997f5',
    ],
    [
      'the trace header',
      {AWSTraceHeader: string('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1')},
      '5ae4d5d7636402d80f4eb6d213245a88',
    ],
  ])('of %s is what AWS answered', (_, attributes, md5) => {
    expect(md5OfMessageAttributes(attributes)).toBe(md5)
  })

  it('is undefined where there is no attribute', () => {
    expect(md5OfMessageAttributes({})).toBeUndefined()
  })

  it('tells custom labels apart and takes Binary.png as binary', () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47])
    const labelled = md5OfMessageAttributes({image: {DataType: 'Binary.png', BinaryValue: bytes}})
    const plain = md5OfMessageAttributes({image: {DataType: 'Binary', BinaryValue: bytes}})
    // Both worked out by hand with Python's struct and hashlib from the algorithm in AWS's guide.
    expect(labelled).toBe('d74e256957b435b14ddd94f916c00661')
    expect(plain).toBe('3f86e11b8f55be6b2123514ab99110fa')
  })
})

describe('messageSize', () => {
  it('counts UTF-8 bytes of the body, and name, type and value of each attribute', () => {
    expect(messageSize('Grüße')).toBe(7)
    expect(
      messageSize('body', {
        color: {DataType: 'String', StringValue: 'ü'},
        pic: {DataType: 'Binary.png', BinaryValue: Buffer.from([1, 2, 3, 4])},
      }),
    ).toBe(4 + (5 + 6 + 2) + (3 + 10 + 4))
  })
})
