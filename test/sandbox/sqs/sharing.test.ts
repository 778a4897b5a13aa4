import {beforeEach, describe, expect, it} from 'vitest'
import {arn, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

const OTHER = '111111111111'
const add = (Label: string, Actions: readonly string[], AWSAccountIds: readonly string[] = [OTHER]) =>
  sqs.call('AddPermission', {QueueUrl: url, Label, Actions, AWSAccountIds})
const policy = async () => JSON.parse((await sqs.attributes(url)).Policy ?? 'null') as unknown

describe('AddPermission and RemovePermission', () => {
  it('write the policy in the form that AWS writes', async () => {
    await add('crossaccountpermission', ['ReceiveMessage'], ['668614515564', OTHER])
    expect(await policy()).toEqual({
      Version: '2008-10-17',
      Id: 'arn:aws:sqs:us-east-1:000000000000:orders/SQSDefaultPolicy',
      Statement: [
        {
          Sid: 'crossaccountpermission',
          Effect: 'Allow',
          Principal: {AWS: ['arn:aws:iam::668614515564:root', 'arn:aws:iam::111111111111:root']},
          Action: 'SQS:ReceiveMessage',
          Resource: 'arn:aws:sqs:us-east-1:000000000000:orders',
        },
      ],
    })
    await sqs.call('RemovePermission', {QueueUrl: url, Label: 'crossaccountpermission'})
    expect(await policy()).toBeNull()
  })

  it('keep the statements of other labels', async () => {
    await add('first', ['SendMessage', 'ReceiveMessage'])
    await add('second', ['*'])
    await sqs.call('RemovePermission', {QueueUrl: url, Label: 'first'})
    expect(await policy()).toMatchObject({
      Statement: [{Sid: 'second', Principal: {AWS: 'arn:aws:iam::111111111111:root'}, Action: 'SQS:*'}],
    })
  })

  it('refuse what AWS refuses', async () => {
    await add('taken', ['SendMessage'])
    await expect(add('taken', ['ReceiveMessage'])).rejects.toMatchObject(invalid('taken', 'Label', 'Already exists.'))
    await expect(sqs.call('RemovePermission', {QueueUrl: url, Label: 'gone'})).rejects.toMatchObject(
      invalid('gone', 'Label', "can't find label."),
    )
    await expect(add('a', ['Fly'])).rejects.toMatchObject(
      invalid('SQS:Fly', 'ActionName', 'Please refer to the appropriate WSDL for a list of valid actions. '),
    )
    await expect(add('a', ['SendMessage'], ['12'])).rejects.toMatchObject(
      invalid('[12]', 'PrincipalId', 'Unable to verify.'),
    )
    await expect(
      add(
        'a',
        Array.from({length: 8}, () => 'SendMessage'),
      ),
    ).rejects.toMatchObject({
      code: 'OverLimit',
      message: '8 Actions were found, maximum allowed is 7.',
      options: {status: 403},
    })
    await expect(add('a', [])).rejects.toMatchObject({code: 'MissingRequiredParameterException'})
    await expect(add('no spaces', ['SendMessage'])).rejects.toMatchObject({code: 'InvalidParameterValueException'})
  })
})

describe('another account', () => {
  const asOther = {account: OTHER}
  const sendAsOther = () => sqs.call('SendMessage', {QueueUrl: url, MessageBody: 'hello'}, asOther)

  it('is denied without a policy, and let in by one for that action only', async () => {
    await expect(sendAsOther()).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::111111111111:user/sandbox is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:orders because no resource-based policy allows the sqs:sendmessage action',
      options: {queryCode: 'AccessDenied', status: 403},
    })
    await add('send', ['SendMessage'])
    await sendAsOther()
    await expect(sqs.receive(url, {}, asOther)).rejects.toMatchObject({code: 'AccessDeniedException'})
    expect(await sqs.bodies(url)).toEqual(['hello'])
  })

  it('is never let in by a condition that is not evaluated, nor past a Deny', async () => {
    const statement = {Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: arn('orders')}
    const write = (...Statement: object[]) =>
      sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {Policy: JSON.stringify({Statement})}})
    await write({...statement, Condition: {Bool: {'aws:SecureTransport': 'true'}}})
    await expect(sendAsOther()).rejects.toMatchObject({code: 'AccessDeniedException'})
    await write(statement, {Effect: 'Deny', Principal: {AWS: OTHER}, Action: 'SQS:SendMessage'})
    await expect(sendAsOther()).rejects.toMatchObject({code: 'AccessDeniedException'})
    await write(statement)
    await sendAsOther()
  })

  it('GetQueueUrl hides a queue that is not shared', async () => {
    const ask = () => sqs.call('GetQueueUrl', {QueueName: 'orders', QueueOwnerAWSAccountId: '000000000000'}, asOther)
    await expect(ask()).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
      message: 'The specified queue does not exist or you do not have access to it.',
    })
    await add('find', ['GetQueueUrl'])
    expect(await ask()).toEqual({QueueUrl: url})
  })

  it('cannot be given what is the owner’s alone', async () => {
    await add('all', ['*'])
    await expect(sqs.call('DeleteQueue', {QueueUrl: url}, asOther)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    })
    await expect(sqs.call('ListQueueTags', {QueueUrl: url}, asOther)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    })
  })
})

describe('tags', () => {
  it('are added, overwritten, removed and listed', async () => {
    expect(await sqs.call('ListQueueTags', {QueueUrl: url})).toEqual({})
    await sqs.call('TagQueue', {QueueUrl: url, Tags: {tag1: 'value1', tag2: 'value2', tag3: ''}})
    await sqs.call('TagQueue', {QueueUrl: url, Tags: {tag1: 'changed'}})
    expect(await sqs.call('ListQueueTags', {QueueUrl: url})).toEqual({
      Tags: {tag1: 'changed', tag2: 'value2', tag3: ''},
    })
    await sqs.call('UntagQueue', {QueueUrl: url, TagKeys: ['tag1', 'tag3', 'unknown']})
    expect(await sqs.call('ListQueueTags', {QueueUrl: url})).toEqual({Tags: {tag2: 'value2'}})
  })

  it('have limits: 50 a queue, keys of 128 and values of 256 characters', async () => {
    const many = Object.fromEntries(Array.from({length: 50}, (_, index) => [`k${index}`, 'v']))
    await sqs.call('TagQueue', {QueueUrl: url, Tags: many})
    await expect(sqs.call('TagQueue', {QueueUrl: url, Tags: {k51: 'v'}})).rejects.toMatchObject({
      message: 'Too many tags added for queue orders.',
    })
    await sqs.call('TagQueue', {QueueUrl: url, Tags: {k1: 'a'.repeat(256)}})
    for (const Tags of [{k1: 'a'.repeat(257)}, {['k'.repeat(129)]: ''}, {'': 'v'}]) {
      await expect(sqs.call('TagQueue', {QueueUrl: url, Tags})).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      })
    }
    await expect(sqs.call('TagQueue', {QueueUrl: url, Tags: {}})).rejects.toMatchObject({
      code: 'MissingRequiredParameterException',
    })
  })
})
