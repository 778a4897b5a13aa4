import {describe, expect, it} from 'vitest'
import {invalid, localSns, OTHER_ACCOUNT, refused, TOPIC_PREFIX} from './local-sns.js'

const {sns, snsOf, topic} = await localSns()

const attributesOf = async (TopicArn: string) => (await sns.getTopicAttributes({TopicArn})).Attributes ?? {}
const HTTP_DEFAULTS =
  '{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"}'
const effective = (retries: string, contentType = 'text/plain; charset=UTF-8') =>
  `{"http":{"defaultHealthyRetryPolicy":${retries},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"${contentType}"}}}`

describe('CreateTopic', () => {
  it('gives a topic AWS’s policy and delivery policy', async () => {
    const arn = await topic('orders')
    expect(arn).toBe(`${TOPIC_PREFIX}orders`)
    const {Policy = '', ...rest} = await attributesOf(arn)
    expect(rest).toEqual({
      DisplayName: '',
      EffectiveDeliveryPolicy: effective(HTTP_DEFAULTS),
      Owner: '000000000000',
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      SubscriptionsPending: '0',
      TopicArn: arn,
    })
    expect(JSON.parse(Policy)).toEqual({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [
        {
          Sid: '__default_statement_ID',
          Effect: 'Allow',
          Principal: {AWS: '*'},
          Action: [
            'SNS:GetTopicAttributes',
            'SNS:SetTopicAttributes',
            'SNS:AddPermission',
            'SNS:RemovePermission',
            'SNS:DeleteTopic',
            'SNS:Subscribe',
            'SNS:ListSubscriptionsByTopic',
            'SNS:Publish',
          ],
          Resource: arn,
          Condition: {StringEquals: {'AWS:SourceOwner': '000000000000'}},
        },
      ],
    })
  })

  it('keeps FIFO, deduplication, key, signature version, size and feedback roles', async () => {
    const given = {
      ContentBasedDeduplication: 'true',
      DisplayName: 'Orders',
      FifoThroughputScope: 'MessageGroup',
      KmsMasterKeyId: 'alias/orders',
      MaximumMessageSize: '1048576',
      SignatureVersion: '2',
      SQSFailureFeedbackRoleArn: 'arn:aws:iam::000000000000:role/feedback',
      SQSSuccessFeedbackSampleRate: '100',
    }
    const arn = await topic('orders.fifo', given)
    expect(await attributesOf(arn)).toMatchObject({...given, FifoTopic: 'true'})
    expect(await attributesOf(await topic('plain.fifo'))).toMatchObject({
      FifoTopic: 'true',
      ContentBasedDeduplication: 'false',
    })
  })

  it('is idempotent, as far as what is given is what is there', async () => {
    const Tags = [
      {Key: 'team', Value: 'checkout'},
      {Key: 'stage', Value: 'test'},
    ]
    const first = await sns.createTopic({Name: 'orders', Attributes: {DisplayName: 'Orders'}, Tags})
    for (const again of [{}, {Attributes: {DisplayName: 'Orders', FifoTopic: 'false'}}, {Tags: Tags.slice(0, 1)}]) {
      expect((await sns.createTopic({Name: 'orders', ...again})).TopicArn).toBe(first.TopicArn)
    }
    const different = invalid('Attributes Reason: Topic already exists with different attributes')
    const create = (Attributes: Record<string, string>) => sns.createTopic({Name: 'orders', Attributes})
    await expect(create({DisplayName: 'Other'})).rejects.toMatchObject(different)
    await expect(create({SignatureVersion: '2'})).rejects.toMatchObject(different)
    await expect(sns.createTopic({Name: 'orders', Tags: [{Key: 'team', Value: 'crm'}]})).rejects.toMatchObject(
      invalid('Tags Reason: Topic already exists with different tags'),
    )
  })

  it.each(['', 'a'.repeat(257), 'orders.fifo', 'bad name', 'bad:name', 'bad%name', 'ordérs'])(
    'refuses the name %j',
    async Name => {
      await expect(sns.createTopic({Name})).rejects.toMatchObject(invalid('Topic Name'))
    },
  )

  it('takes a name of 256 characters, and .fifo with FifoTopic only', async () => {
    expect(await topic('a'.repeat(256))).toBe(TOPIC_PREFIX + 'a'.repeat(256))
    await expect(sns.createTopic({Name: 'orders', Attributes: {FifoTopic: 'true'}})).rejects.toMatchObject(
      invalid('Topic Name'),
    )
  })

  it.each([
    [
      {SQSSuccessFeedbackSampleRate: '500'},
      'SQSSuccessFeedbackSampleRate: 500 value provided is not an integer between 0-100',
    ],
    [{Colour: 'red'}, 'Unknown attribute Colour'],
    [{ContentBasedDeduplication: 'true'}, 'Unknown attribute ContentBasedDeduplication'],
    [
      {DeliveryPolicy: '{"http":{"defaultHealthyRetryPolicy":{"numRetries":300}}}'},
      'DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100',
    ],
    [{DeliveryPolicy: '{"http":{"throttlePolicy":{}}}'}, 'DeliveryPolicy: Unexpected JSON member: throttlePolicy'],
    [
      {Policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"SNS:Publishx","Resource":"*"}]}'},
      'Policy statement action out of service scope!',
    ],
    [
      {Policy: '{"Statement":{"Effect":"Allow","Principal":"*","Action":["SNS:*"],"Resource":"*"}}'},
      'Policy statement action out of service scope!',
    ],
  ])('refuses %j', async (attributes, reason) => {
    await expect(topic('orders', attributes)).rejects.toMatchObject(invalid(`Attributes Reason: ${reason}`))
    expect((await sns.listTopics({})).Topics).toEqual([])
  })
})

describe('SetTopicAttributes', () => {
  it('completes a delivery policy as AWS does, and takes it away', async () => {
    const TopicArn = await topic('orders', {
      DeliveryPolicy: '{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}',
    })
    const policies = async () => {
      const {DeliveryPolicy, EffectiveDeliveryPolicy} = await attributesOf(TopicArn)
      return [DeliveryPolicy, EffectiveDeliveryPolicy]
    }
    const set = (AttributeValue: string) =>
      sns.setTopicAttributes({TopicArn, AttributeName: 'DeliveryPolicy', AttributeValue})
    expect(await policies()).toEqual([
      '{"http":{"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"application/json"}}}',
      effective(HTTP_DEFAULTS, 'application/json'),
    ])
    await set('{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}')
    expect(await policies()).toEqual([
      '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},"disableSubscriptionOverrides":false}}',
      effective(
        '{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"}',
      ),
    ])
    await set('{"http":{"defaultHealthyRetryPolicy":null}}')
    expect(await policies()).toEqual(['{"http":{"disableSubscriptionOverrides":false}}', effective(HTTP_DEFAULTS)])
    await set('')
    expect(await policies()).toEqual([undefined, effective(HTTP_DEFAULTS)])
  })

  it('refuses what is not to be set, in the words of this call', async () => {
    const TopicArn = await topic('orders')
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.setTopicAttributes({TopicArn, AttributeName, AttributeValue})
    await expect(set('FifoTopic', 'false')).rejects.toMatchObject(invalid('AttributeName'))
    await expect(set('Colour', 'red')).rejects.toMatchObject(invalid('AttributeName'))
    const policy = '{"http":{"defaultHealthyRetryPolicy":{"numRetries":300}}}'
    await expect(set('DeliveryPolicy', policy)).rejects.toMatchObject(
      invalid('DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100'),
    )
  })
})

describe('topics by ARN', () => {
  it.each([
    ['orders', 'TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    ['a:b:c:d:e', 'TopicArn Reason: An ARN must have at least 6 elements, not 5'],
    ['arn:aws:sns:eu-west-1:000000000000:orders', 'TopicArn'],
    ['arn:aws:sqs:us-east-1:000000000000:orders', 'TopicArn'],
  ])('%s is no topic of this region', async (TopicArn, what) => {
    await expect(sns.getTopicAttributes({TopicArn})).rejects.toMatchObject(invalid(what))
    await expect(sns.publish({TopicArn, Message: 'x'})).rejects.toMatchObject(invalid(what))
    await expect(sns.deleteTopic({TopicArn})).rejects.toMatchObject(invalid(what))
  })

  it('deletes once and again, and forgets tags and subscriptions', async () => {
    const TopicArn = await topic('orders')
    await sns.tagResource({ResourceArn: TopicArn, Tags: [{Key: 'a', Value: 'b'}]})
    await sns.subscribe({TopicArn, Protocol: 'sms', Endpoint: '+15551234567'})
    await sns.deleteTopic({TopicArn})
    await sns.deleteTopic({TopicArn})
    await expect(sns.getTopicAttributes({TopicArn})).rejects.toMatchObject(
      refused('NotFound', 'Topic does not exist', 404),
    )
    await topic('orders')
    expect((await sns.listTagsForResource({ResourceArn: TopicArn})).Tags).toEqual([])
    expect((await sns.listSubscriptions({})).Subscriptions).toEqual([])
  })

  it('lists a hundred at a time, of this account and region alone', async () => {
    const names = Array.from({length: 101}, (_, i) => `t-${String(i).padStart(3, '0')}`)
    for (const name of names.slice(0, 100)) await topic(name)
    expect((await sns.listTopics({})).NextToken).toBeUndefined()
    await topic(names[100] ?? '')
    await snsOf({region: 'eu-west-1'}).createTopic({Name: 'elsewhere'})
    await snsOf({account: OTHER_ACCOUNT}).createTopic({Name: 'foreign'})
    const {Topics = [], NextToken} = await sns.listTopics({})
    expect(Topics).toHaveLength(100)
    const last = await sns.listTopics({NextToken})
    expect(last.NextToken).toBeUndefined()
    expect([...Topics, ...(last.Topics ?? [])].map(({TopicArn}) => TopicArn)).toEqual(
      names.map(name => TOPIC_PREFIX + name),
    )
    await expect(sns.listTopics({NextToken: 'nonsense'})).rejects.toMatchObject(invalid('NextToken'))
  })
})

describe('tags', () => {
  it('are added, overwritten and taken away', async () => {
    const ResourceArn = await topic('orders')
    const tags = async () => (await sns.listTagsForResource({ResourceArn})).Tags
    await sns.tagResource({
      ResourceArn,
      Tags: [
        {Key: 'k1', Value: 'v1'},
        {Key: 'k2', Value: 'v2'},
      ],
    })
    await sns.untagResource({ResourceArn, TagKeys: ['k1', 'unknown']})
    await sns.tagResource({ResourceArn, Tags: [{Key: 'k2', Value: 'v2b'}]})
    expect(await tags()).toEqual([{Key: 'k2', Value: 'v2b'}])
  })

  it('are refused in AWS’s words', async () => {
    const ResourceArn = await topic('orders')
    const tag = (Tags: {Key: string; Value: string}[], arn = ResourceArn) => sns.tagResource({ResourceArn: arn, Tags})
    const k2 = {Key: 'k2', Value: 'v2'}
    await expect(tag([k2, k2])).rejects.toMatchObject(invalid('Duplicated keys are not allowed.'))
    await expect(tag([k2], `${ResourceArn}x`)).rejects.toMatchObject(
      refused('ResourceNotFound', 'Resource does not exist', 404),
    )
    const long = 'k'.repeat(129)
    await expect(tag([{Key: long, Value: ''}])).rejects.toMatchObject(
      refused(
        'ValidationError',
        `1 validation error detected: Value '${long}' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`,
      ),
    )
    const many = Array.from({length: 51}, (_, i) => ({Key: `k${i}`, Value: ''}))
    await expect(tag(many)).rejects.toMatchObject(
      refused('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded'),
    )
  })
})

describe('permissions', () => {
  const statements = async (TopicArn: string) => {
    const {Policy = '{}'} = await attributesOf(TopicArn)
    return (JSON.parse(Policy) as {Statement: object[]}).Statement
  }

  it('become statements of the policy and go again', async () => {
    const TopicArn = await topic('orders')
    const permission = {TopicArn, Label: 'partner', AWSAccountId: [OTHER_ACCOUNT], ActionName: ['Publish', 'Subscribe']}
    await sns.addPermission(permission)
    expect((await statements(TopicArn))[1]).toEqual({
      Sid: 'partner',
      Effect: 'Allow',
      Principal: {AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root`},
      Action: ['SNS:Publish', 'SNS:Subscribe'],
      Resource: TopicArn,
    })
    await expect(sns.addPermission(permission)).rejects.toMatchObject(invalid('Statement already exists'))
    await sns.removePermission({TopicArn, Label: 'partner'})
    await sns.removePermission({TopicArn, Label: 'never there'})
    expect(await statements(TopicArn)).toHaveLength(1)
  })

  it('are refused for strange actions and accounts', async () => {
    const permission = {TopicArn: await topic('orders'), Label: 'partner'}
    await expect(
      sns.addPermission({...permission, AWSAccountId: [OTHER_ACCOUNT], ActionName: ['InvalidAction']}),
    ).rejects.toMatchObject(invalid('Policy statement action out of service scope!'))
    await expect(
      sns.addPermission({...permission, AWSAccountId: ['me'], ActionName: ['Publish']}),
    ).rejects.toMatchObject(invalid('A provided account ID is not valid'))
  })

  it('let another account publish; without, it learns nothing of the topic', async () => {
    const TopicArn = await topic('orders')
    const partner = snsOf({account: OTHER_ACCOUNT})
    const publish = (arn = TopicArn) => partner.publish({TopicArn: arn, Message: 'x'})
    const denied = (arn: string) =>
      refused(
        'AuthorizationError',
        `User: arn:aws:iam::${OTHER_ACCOUNT}:user/sandbox is not authorized to perform: SNS:Publish on resource: ${arn} because no resource-based policy allows the SNS:Publish action`,
        403,
      )
    await expect(publish()).rejects.toMatchObject(denied(TopicArn))
    await expect(publish(`${TopicArn}x`)).rejects.toMatchObject(denied(`${TopicArn}x`))
    await sns.addPermission({TopicArn, Label: 'p', AWSAccountId: [OTHER_ACCOUNT], ActionName: ['Publish']})
    expect((await publish()).MessageId).toMatch(/^[0-9a-f-]{36}$/)
    await expect(partner.getTopicAttributes({TopicArn})).rejects.toMatchObject({Code: 'AuthorizationError'})
  })
})
