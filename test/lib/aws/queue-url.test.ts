import {describe, expect, it} from 'vitest'
import {assertOwnQueueUrl, parseQueueUrl, queueArnOfUrl, queueUrlOf} from '../../../src/lib/aws/queue-url.js'
import {refusal} from './connection.js'

const AWS = {region: 'eu-west-1', endpoint: undefined}

describe('AWS host forms', () => {
  it.each([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'eu-west-1'],
    ['https://SQS.EU-WEST-1.AMAZONAWS.COM/123456789012/orders', 'eu-west-1'],
    ['https://eu-west-1.queue.amazonaws.com/123456789012/orders', 'eu-west-1'],
    ['https://queue.amazonaws.com/123456789012/orders', 'us-east-1'],
    ['https://sqs-fips.us-east-1.amazonaws.com/123456789012/orders', 'us-east-1'],
    ['https://sqs.eu-west-1.api.aws/123456789012/orders', 'eu-west-1'],
    ['https://sqs-fips.us-west-2.api.aws/123456789012/orders', 'us-west-2'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders', 'cn-north-1'],
    ['https://cn-north-1.queue.amazonaws.com.cn/123456789012/orders', 'cn-north-1'],
    ['https://sqs.us-gov-west-1.amazonaws.com/123456789012/orders', 'us-gov-west-1'],
    ['https://sqs.us-iso-east-1.c2s.ic.gov/123456789012/orders', 'us-iso-east-1'],
    ['http://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'eu-west-1'],
  ])('%s is of %s', (url, region) => {
    expect(parseQueueUrl(url)).toMatchObject({region, accountId: '123456789012', name: 'orders'})
    expect(assertOwnQueueUrl(url, {region, endpoint: undefined}).url).toBe(url)
    expect(refusal(() => assertOwnQueueUrl(url, {region: 'ap-south-1', endpoint: undefined}))).toMatchObject({
      code: 'QueueRegionMismatch',
      exitCode: 2,
      suggestions: [`Run the command with --region ${region}.`],
    })
  })
})

describe('foreign hosts', () => {
  it.each([
    'https://sqs.eu-west-1.amazonaws.com.evil.example/123456789012/orders',
    'https://evil.example/123456789012/orders',
    'https://sqs.eu-west-1.amazonaws.com:8443/123456789012/orders',
    'https://sqs.eu-west-1.amazonaws.com./123456789012/orders',
    'https://sqseu-west-1.amazonaws.com/123456789012/orders',
    'https://xsqs.eu-west-1.amazonaws.com/123456789012/orders',
    'https://sqs.eu-west-1.amazonaws.com.cn/123456789012/orders',
    'https://sqs.cn-north-1.amazonaws.com/123456789012/orders',
    'https://s3.eu-west-1.amazonaws.com/123456789012/orders',
    'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders',
    'http://169.254.169.254/123456789012/orders',
    'http://127.0.0.1:4747/000000000000/orders',
  ])('%s', url => {
    expect(refusal(() => assertOwnQueueUrl(url, AWS))).toMatchObject({code: 'QueueUrlForeignHost', exitCode: 2})
  })

  it.each([
    'orders',
    'ftp://sqs.eu-west-1.amazonaws.com/123456789012/orders',
    'https://user:secret@sqs.eu-west-1.amazonaws.com/123456789012/orders',
    'https://sqs.eu-west-1.amazonaws.com/123456789012/orders?x=1',
    'https://sqs.eu-west-1.amazonaws.com/123456789012/orders#x',
    'https://sqs.eu-west-1.amazonaws.com/123/orders',
    'https://sqs.eu-west-1.amazonaws.com/orders',
    'https://sqs.eu-west-1.amazonaws.com/123456789012/or%20ders',
    '',
  ])('%j is no queue URL at all', url => {
    expect(refusal(() => assertOwnQueueUrl(url, AWS))).toMatchObject({code: 'QueueUrlInvalid', exitCode: 2})
  })
})

describe('custom endpoints', () => {
  it.each([
    [
      'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com',
      'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders',
    ],
    ['https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com', 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'],
    ['http://127.0.0.1:4747', 'http://127.0.0.1:4747/000000000000/orders'],
    ['http://127.0.0.1:4566', 'http://localhost:4566/000000000000/orders'],
    ['http://localhost:4566', 'http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/orders'],
    ['http://localhost:4566/', 'http://localhost:4566/queue/eu-west-1/000000000000/orders'],
    ['http://[::1]:4566', 'http://[::1]:4566/000000000000/orders'],
  ])('%s owns %s', (endpoint, url) => {
    expect(assertOwnQueueUrl(url, {region: 'eu-west-1', endpoint}).name).toBe('orders')
  })

  it.each([
    ['http://127.0.0.1:4747', 'http://127.0.0.1:4748/000000000000/orders', 'QueueUrlForeignHost'],
    ['http://127.0.0.1:4747', 'http://localhost.evil.example:4747/000000000000/orders', 'QueueUrlForeignHost'],
    ['https://sqs.corp.example', 'http://sqs.corp.example/000000000000/orders', 'QueueUrlForeignHost'],
    ['https://sqs.corp.example', 'http://sqs.x.localhost.localstack.cloud/000000000000/orders', 'QueueUrlForeignHost'],
    ['http://127.0.0.1:4747', 'https://sqs.eu-central-1.amazonaws.com/123456789012/orders', 'QueueRegionMismatch'],
  ])('%s does not own %s', (endpoint, url, code) => {
    expect(refusal(() => assertOwnQueueUrl(url, {region: 'eu-west-1', endpoint}))).toMatchObject({code, exitCode: 2})
  })
})

it('checks the account when it is told one', () => {
  const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'
  expect(assertOwnQueueUrl(url, {...AWS, accountId: '123456789012'}).accountId).toBe('123456789012')
  expect(refusal(() => assertOwnQueueUrl(url, {...AWS, accountId: '999999999999'}))).toMatchObject({
    code: 'QueueAccountMismatch',
    exitCode: 2,
  })
})

it('turns addresses, URLs and ARNs into each other', () => {
  expect(queueUrlOf({region: 'cn-north-1', accountId: '123456789012', name: 'a.fifo'}, undefined)).toBe(
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a.fifo',
  )
  expect(queueUrlOf({region: 'eu-west-1', accountId: '000000000000', name: 'a'}, 'http://127.0.0.1:4747')).toBe(
    'http://127.0.0.1:4747/000000000000/a',
  )
  expect(queueArnOfUrl('https://queue.amazonaws.com/123456789012/a', 'eu-west-1')).toBe(
    'arn:aws:sqs:us-east-1:123456789012:a',
  )
  expect(queueArnOfUrl('http://127.0.0.1:4747/000000000000/a', 'eu-west-1')).toBe(
    'arn:aws:sqs:eu-west-1:000000000000:a',
  )
})
