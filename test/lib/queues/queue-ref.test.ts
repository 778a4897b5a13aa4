import {describe, expect, test} from 'vitest'
import {queueRefOfUrl} from '../../../src/lib/queues/queue-ref.js'

describe('queueRefOfUrl', () => {
  test('has all names of a queue', () => {
    expect(queueRefOfUrl('https://sqs.eu-west-1.amazonaws.com/111122223333/payments.fifo', 'eu-west-1')).toEqual({
      name: 'payments.fifo',
      url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/payments.fifo',
      arn: 'arn:aws:sqs:eu-west-1:111122223333:payments.fifo',
      accountId: '111122223333',
      region: 'eu-west-1',
      fifo: true,
    })
  })

  // It is the service that is wrong then, or no SQS at all, and not what the user typed.
  test.each(['', 'orders', 'https://example.com/', 'ftp://sqs.eu-west-1.amazonaws.com/111122223333/orders'])(
    'takes %j for an answer that does not read',
    url => {
      expect(() => queueRefOfUrl(url, 'eu-west-1')).toThrow(
        expect.objectContaining({
          code: 'UnreadableReply',
          exitCode: 6,
          message: `SQS answered with ${JSON.stringify(url)} where the URL of a queue belongs.`,
        }),
      )
    },
  )
})
