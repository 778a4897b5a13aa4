import {beforeEach, describe, expect, it} from 'vitest'
import {arn, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
beforeEach(() => {
  sqs = new LocalSqs()
})

const set = (url: string, attributes: Record<string, string>) =>
  sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: attributes})

describe('GetQueueAttributes', () => {
  it('answers the attributes of a new standard queue as AWS does', async () => {
    expect(await sqs.attributes(await sqs.create('orders'))).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: '1767225600',
      DelaySeconds: '0',
      LastModifiedTimestamp: '1767225600',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    })
  })

  it('adds what belongs to FIFO', async () => {
    expect(await sqs.attributes(await sqs.create('pay.fifo', {ContentBasedDeduplication: 'True'}))).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    })
  })

  it('answers what was asked for, nothing for nothing, and refuses unknown names', async () => {
    const url = await sqs.create('orders')
    expect(await sqs.attributes(url, ['QueueArn', 'Policy', 'DelaySeconds'])).toEqual({
      QueueArn: arn('orders'),
      DelaySeconds: '0',
    })
    expect(await sqs.call('GetQueueAttributes', {QueueUrl: url})).toEqual({})
    await expect(sqs.attributes(url, ['All', 'Depth'])).rejects.toMatchObject({
      code: 'InvalidAttributeName',
      message: 'Unknown Attribute Depth.',
    })
  })
})

describe('SetQueueAttributes', () => {
  it('changes them and LastModifiedTimestamp', async () => {
    const url = await sqs.create('orders')
    sqs.clock.advance(5000)
    await set(url, {MaximumMessageSize: '2048', VisibilityTimeout: '69', DelaySeconds: '420'})
    expect(await sqs.attributes(url)).toMatchObject({
      MaximumMessageSize: '2048',
      VisibilityTimeout: '69',
      DelaySeconds: '420',
      CreatedTimestamp: '1767225600',
      LastModifiedTimestamp: '1767225605',
    })
  })

  // The ranges of the service model.
  it.each([
    ['DelaySeconds', '0', '900', '-1', '901'],
    ['MaximumMessageSize', '1024', '1048576', '1023', '1048577'],
    ['MessageRetentionPeriod', '60', '1209600', '59', '1209601'],
    ['ReceiveMessageWaitTimeSeconds', '0', '20', '-1', '21'],
    ['VisibilityTimeout', '0', '43200', '-1', '43201'],
    ['KmsDataKeyReusePeriodSeconds', '60', '86400', '59', '86401'],
  ])('%s goes from %s to %s', async (name, least, most, below, above) => {
    const url = await sqs.create('orders')
    for (const value of [least, most]) {
      await set(url, {[name]: value})
      expect(await sqs.attributes(url, [name])).toEqual({[name]: value})
    }
    for (const value of [below, above, '', 'ten', '1.5']) {
      await expect(set(url, {[name]: value})).rejects.toMatchObject({
        code: 'InvalidAttributeValue',
        message: `Invalid value for the parameter ${name}.`,
      })
    }
    expect(await sqs.attributes(url, [name])).toEqual({[name]: most})
  })

  it.each(['QueueArn', 'CreatedTimestamp', 'ApproximateNumberOfMessages', 'All', 'constructor'])(
    'refuses %s as unknown',
    async name => {
      await expect(set(await sqs.create('orders'), {[name]: '1'})).rejects.toMatchObject({
        code: 'InvalidAttributeName',
        message: `Unknown Attribute ${name}.`,
      })
    },
  )

  it('does not turn a queue into another type', async () => {
    const standard = await sqs.create('orders')
    for (const FifoQueue of ['true', 'false']) {
      await expect(set(standard, {FifoQueue})).rejects.toMatchObject({message: 'Unknown Attribute FifoQueue.'})
    }
    const fifo = await sqs.create('pay.fifo')
    await set(fifo, {FifoQueue: 'true'})
    await expect(set(fifo, {FifoQueue: 'false'})).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
      message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    })
  })

  it.each([
    ['FifoQueue', 'false', 'Unknown Attribute FifoQueue.'],
    ['ContentBasedDeduplication', 'false', 'Unknown Attribute ContentBasedDeduplication.'],
    ['DeduplicationScope', 'queue', 'You can specify the DeduplicationScope only when FifoQueue is set to true.'],
    ['FifoThroughputLimit', 'perQueue', 'You can specify the FifoThroughputLimit only when FifoQueue is set to true.'],
  ])('a standard queue has no %s', async (name, value, message) => {
    await expect(sqs.create('orders', {[name]: value})).rejects.toMatchObject({code: 'InvalidAttributeName', message})
  })

  it('perMessageGroupId needs the scope messageGroup', async () => {
    const url = await sqs.create('pay.fifo')
    await expect(set(url, {FifoThroughputLimit: 'perMessageGroupId'})).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    })
    await set(url, {FifoThroughputLimit: 'perMessageGroupId', DeduplicationScope: 'messageGroup'})
    await expect(set(url, {DeduplicationScope: 'queue'})).rejects.toMatchObject({code: 'InvalidAttributeValue'})
    await expect(set(url, {DeduplicationScope: 'group'})).rejects.toMatchObject({code: 'InvalidAttributeValue'})
  })

  it('knows one kind of encryption at a time', async () => {
    const url = await sqs.create('orders')
    const names = ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled']
    await expect(set(url, {SqsManagedSseEnabled: 'true', KmsMasterKeyId: 'testKeyId'})).rejects.toMatchObject({
      code: 'InvalidAttributeName',
      message:
        'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    })
    await set(url, {KmsMasterKeyId: 'testKeyId', KmsDataKeyReusePeriodSeconds: '6000'})
    expect(await sqs.attributes(url, names)).toEqual({
      KmsMasterKeyId: 'testKeyId',
      KmsDataKeyReusePeriodSeconds: '6000',
      SqsManagedSseEnabled: 'false',
    })
    await set(url, {KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '300'})
    expect(await sqs.attributes(url, names)).toEqual({SqsManagedSseEnabled: 'false'})
  })

  it('keeps a policy as it was given and drops it for an empty string', async () => {
    const url = await sqs.create('orders')
    const Policy = '{"Version": "2012-10-17",  "Statement": []}'
    await set(url, {Policy})
    expect(await sqs.attributes(url, ['Policy'])).toEqual({Policy})
    await set(url, {Policy: ''})
    expect(await sqs.attributes(url, ['Policy'])).toEqual({})
    await expect(set(url, {Policy: 'not json'})).rejects.toMatchObject({code: 'InvalidAttributeValue'})
  })

  it('applies nothing when one attribute is refused', async () => {
    const url = await sqs.create('orders')
    await expect(set(url, {DelaySeconds: '5', VisibilityTimeout: '-1'})).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    })
    expect(await sqs.attributes(url, ['DelaySeconds'])).toEqual({DelaySeconds: '0'})
    await expect(sqs.call('SetQueueAttributes', {QueueUrl: url})).rejects.toMatchObject({
      code: 'MissingRequiredParameterException',
    })
  })
})

describe('RedrivePolicy', () => {
  it('is answered with maxReceiveCount as a number, however it was given, and an empty string unsets it', async () => {
    await sqs.create('dlq')
    const url = await sqs.create('orders')
    await set(url, {RedrivePolicy: JSON.stringify({maxReceiveCount: '42', deadLetterTargetArn: arn('dlq')})})
    expect(JSON.parse((await sqs.attributes(url)).RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
      maxReceiveCount: 42,
    })
    await set(url, {RedrivePolicy: ''})
    expect(await sqs.attributes(url)).not.toHaveProperty('RedrivePolicy')
  })

  it.each([
    ['not json', 'Redrive policy is not a valid JSON map.'],
    ['[]', 'Redrive policy is not a valid JSON map.'],
    ['{"maxReceiveCount":1}', 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.'],
    [
      `{"deadLetterTargetArn":"${arn('dlq')}"}`,
      'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
    ],
    ['{"deadLetterTargetArn":"dummy","maxReceiveCount":1}', 'Invalid value for deadLetterTargetArn.'],
    [
      `{"deadLetterTargetArn":"${arn('dlq')}","maxReceiveCount":0}`,
      'Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.',
    ],
    [
      `{"deadLetterTargetArn":"${arn('dlq')}","maxReceiveCount":1001}`,
      'Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.',
    ],
    [
      `{"deadLetterTargetArn":"${arn('dlq')}","maxReceiveCount":"many"}`,
      'Invalid value for maxReceiveCount: many, valid values are from 1 to 1000 both inclusive.',
    ],
    [`{"deadLetterTargetArn":"${arn('nowhere')}","maxReceiveCount":1}`, 'Dead letter target does not exist.'],
    [
      `{"deadLetterTargetArn":"${arn('dlq').replace('us-east-1', 'eu-west-1')}","maxReceiveCount":1}`,
      'Dead letter target does not exist.',
    ],
    [
      `{"deadLetterTargetArn":"${arn('dlq').replace('000000000000', '111111111111')}","maxReceiveCount":1}`,
      'Dead letter target does not exist.',
    ],
    [
      `{"deadLetterTargetArn":"${arn('dlq.fifo')}","maxReceiveCount":1}`,
      'Dead-letter queue must be same type of queue as the source.',
    ],
  ])('%s is refused', async (RedrivePolicy, reason) => {
    await sqs.create('dlq')
    await sqs.call('CreateQueue', {QueueName: 'dlq'}, {region: 'eu-west-1'})
    await sqs.call('CreateQueue', {QueueName: 'dlq'}, {account: '111111111111'})
    await sqs.create('dlq.fifo')
    const url = await sqs.create('orders')
    await expect(set(url, {RedrivePolicy})).rejects.toMatchObject(invalid(RedrivePolicy, 'RedrivePolicy', reason))
    await expect(sqs.create('more', {RedrivePolicy})).rejects.toMatchObject(
      invalid(RedrivePolicy, 'RedrivePolicy', reason),
    )
    expect(await sqs.attributes(url)).not.toHaveProperty('RedrivePolicy')
  })

  it('may name the queue itself', async () => {
    const url = await sqs.create('loop')
    await set(url, {RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('loop'), maxReceiveCount: 2})})
    expect(await sqs.attributes(url)).toHaveProperty('RedrivePolicy')
  })
})

describe('RedriveAllowPolicy', () => {
  const allow = (policy: object) => ({RedriveAllowPolicy: JSON.stringify(policy)})
  const toDlq = {RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 3})}

  it.each([
    ['allowAll', {redrivePermission: 'allowAll'}, true],
    ['denyAll', {redrivePermission: 'denyAll'}, false],
    ['byQueue naming it', {redrivePermission: 'byQueue', sourceQueueArns: [arn('orders')]}, true],
    ['byQueue naming another', {redrivePermission: 'byQueue', sourceQueueArns: [arn('other')]}, false],
  ])('%s decides over a source', async (_, policy, accepted) => {
    const dlqUrl = await sqs.create('dlq', allow(policy))
    expect(JSON.parse((await sqs.attributes(dlqUrl)).RedriveAllowPolicy ?? '')).toEqual(policy)
    const create = sqs.create('orders', toDlq)
    if (accepted) await create
    else await expect(create).rejects.toMatchObject({code: 'InvalidParameterValueException'})
  })

  it('an empty string brings back allowAll', async () => {
    const dlqUrl = await sqs.create('dlq', allow({redrivePermission: 'denyAll'}))
    await set(dlqUrl, {RedriveAllowPolicy: ''})
    await sqs.create('orders', toDlq)
  })

  it.each([
    'not json',
    '{}',
    '{"redrivePermission":"some"}',
    '{"redrivePermission":"byQueue"}',
    '{"redrivePermission":"byQueue","sourceQueueArns":[]}',
    JSON.stringify({redrivePermission: 'byQueue', sourceQueueArns: Array.from({length: 11}, (_, i) => arn(`q${i}`))}),
    JSON.stringify({redrivePermission: 'denyAll', sourceQueueArns: [arn('orders')]}),
  ])('%s is refused', async RedriveAllowPolicy => {
    await expect(sqs.create('dlq', {RedriveAllowPolicy})).rejects.toMatchObject(
      invalid(
        RedriveAllowPolicy,
        'RedriveAllowPolicy',
        "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.",
      ),
    )
  })

  it('takes ten sources', async () => {
    const sourceQueueArns = Array.from({length: 10}, (_, index) => arn(`q${index}`))
    await sqs.create('dlq', allow({redrivePermission: 'byQueue', sourceQueueArns}))
  })
})
