import {expect, it} from 'vitest'
import {endpointName, placedName} from '../../../src/lib/topics/endpoint-name.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'

it.each([
  ['arn:aws:sqs:eu-west-1:123456789012:mails', 'mails', 'mails'],
  ['arn:aws:sqs:us-east-1:123456789012:mails', 'mails', 'mails (us-east-1)'],
  ['arn:aws:sqs:eu-west-1:111122223333:mails', 'mails', 'mails (111122223333)'],
  ['arn:aws:sqs:us-east-1:111122223333:mails', 'mails', 'mails (111122223333, us-east-1)'],
  ['arn:aws:lambda:eu-west-1:123456789012:function:ship', 'ship', 'ship'],
  ['arn:aws:lambda:eu-west-1:123456789012:function:ship:prod', 'ship:prod', 'ship:prod'],
  ['arn:aws:lambda:us-east-1:123456789012:function:ship:$LATEST', 'ship:$LATEST', 'ship:$LATEST (us-east-1)'],
  ['arn:aws:firehose:eu-west-1:123456789012:deliverystream/log', 'deliverystream/log', 'deliverystream/log'],
  ['https://hooks.example.com/a:b', 'https://hooks.example.com/a:b', 'https://hooks.example.com/a:b'],
  ['+4915112345678', '+4915112345678', '+4915112345678'],
])('%s is called %s, and beside the topic %s', (endpoint, name, placed) => {
  expect([endpointName(endpoint), placedName(endpoint, TOPIC)]).toEqual([name, placed])
})
