import {describe, expect, it} from 'vitest'
import {formatArn, isQueueName, parseArn, parseQueueArn, queueArn} from '../../../src/lib/aws/arn.js'
import {partitionOf} from '../../../src/lib/aws/partitions.js'
import {refusal} from './connection.js'

describe('parseArn', () => {
  it.each([
    [
      'arn:aws:sqs:eu-west-1:123456789012:orders',
      {partition: 'aws', service: 'sqs', region: 'eu-west-1', accountId: '123456789012', resource: 'orders'},
    ],
    [
      'arn:aws:iam::123456789012:role/ops/on-call',
      {partition: 'aws', service: 'iam', region: '', accountId: '123456789012', resource: 'role/ops/on-call'},
    ],
    [
      'arn:aws:sns:us-east-1:123456789012:t:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55',
      {
        partition: 'aws',
        service: 'sns',
        region: 'us-east-1',
        accountId: '123456789012',
        resource: 't:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55',
      },
    ],
    [
      'arn:aws-us-gov:sts::123456789012:assumed-role/r/s',
      {partition: 'aws-us-gov', service: 'sts', region: '', accountId: '123456789012', resource: 'assumed-role/r/s'},
    ],
    [
      'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess',
      {partition: 'aws', service: 'iam', region: '', accountId: 'aws', resource: 'policy/AmazonSQSReadOnlyAccess'},
    ],
    ['arn:aws:s3:::bucket', {partition: 'aws', service: 's3', region: '', accountId: '', resource: 'bucket'}],
  ])('%s', (text, fields) => {
    expect(parseArn(text)).toEqual(fields)
    expect(formatArn(parseArn(text))).toBe(text)
  })

  it.each([
    '',
    'orders',
    'arn:',
    'arn:aws:sqs:eu-west-1:12345:orders',
    'arn:aws:sqs:eu-west-1:123456789012:',
    ' arn:aws:sqs:eu-west-1:123456789012:orders',
    'arn:gcp:sqs:eu-west-1:123456789012:orders',
  ])('refuses %j', text => expect(refusal(() => parseArn(text))).toMatchObject({code: 'ArnInvalid', exitCode: 2}))
})

describe('queue ARNs', () => {
  it('take the partition of their region', () => {
    expect(queueArn({region: 'eu-west-1', accountId: '123456789012', name: 'a'})).toBe(
      'arn:aws:sqs:eu-west-1:123456789012:a',
    )
    expect(queueArn({region: 'cn-north-1', accountId: '123456789012', name: 'a'})).toBe(
      'arn:aws-cn:sqs:cn-north-1:123456789012:a',
    )
    expect(queueArn({region: 'us-gov-east-1', accountId: '123456789012', name: 'a.fifo'})).toBe(
      'arn:aws-us-gov:sqs:us-gov-east-1:123456789012:a.fifo',
    )
  })

  it('come apart', () => {
    expect(parseQueueArn('arn:aws-cn:sqs:cn-north-1:123456789012:pay.fifo')).toEqual({
      region: 'cn-north-1',
      accountId: '123456789012',
      name: 'pay.fifo',
    })
  })

  it.each([
    'arn:aws:sns:eu-west-1:123456789012:orders',
    'arn:aws:sqs::123456789012:orders',
    'arn:aws:sqs:eu-west-1::orders',
    'arn:aws:sqs:eu-west-1:123456789012:or/ders',
  ])('refuse %s', text => expect(refusal(() => parseQueueArn(text))).toMatchObject({code: 'ArnInvalid', exitCode: 2}))
})

describe('isQueueName', () => {
  it.each([
    ['orders', true],
    ['A-z_0', true],
    ['a'.repeat(80), true],
    ['a'.repeat(75) + '.fifo', true],
    ['a'.repeat(81), false],
    ['a'.repeat(76) + '.fifo', false],
    ['.fifo', false],
    ['a.b', false],
    ['', false],
    ['a b', false],
  ])('%s: %s', (name, allowed) => expect(isQueueName(name)).toBe(allowed))
})

describe('partitionOf', () => {
  it.each([
    ['eu-west-1', 'aws', 'amazonaws.com'],
    ['mx-central-1', 'aws', 'amazonaws.com'],
    ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
    ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
    ['xx-nowhere-9', 'aws', 'amazonaws.com'],
  ])('%s is in %s', (region, id, dnsSuffix) => expect(partitionOf(region)).toMatchObject({id, dnsSuffix}))
})
