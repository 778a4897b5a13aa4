import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'

const run = promisify(execFile)

async function works(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args)
    return true
  } catch {
    return false
  }
}

const [awsCli, boto3] = await Promise.all([works('aws', ['--version']), works('python3', ['-c', 'import boto3'])])

let sandbox: Sandbox
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  sandbox = await startSandbox()
  env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    PYENV_ROOT: process.env.PYENV_ROOT,
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1',
  }
})
afterAll(() => sandbox.close())

describe.skipIf(!awsCli)('the stock aws CLI (skipped where it is not installed)', () => {
  const aws = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const {stdout} = await run('aws', ['sqs', ...args, '--output', 'json', '--endpoint-url', sandbox.url], {env})
    return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>)
  }

  it('creates a queue, sends with attributes, receives and deletes', async () => {
    const {QueueUrl} = await aws('create-queue', '--queue-name', 'by-cli')
    expect(QueueUrl).toBe(`${sandbox.url}/000000000000/by-cli`)
    const queue = ['--queue-url', QueueUrl as string]
    const attributes = JSON.stringify({
      MyAttribute: {DataType: 'String', StringValue: 'foobar'},
    })
    const sent = await aws('send-message', ...queue, '--message-body', 'message', '--message-attributes', attributes)
    expect(sent).toEqual({
      MessageId: expect.any(String),
      MD5OfMessageBody: '78e731027d8fd50ed642340b7c9a63b3',
      MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6',
    })
    const received = await aws(
      'receive-message',
      ...queue,
      '--attribute-names',
      'All',
      '--message-attribute-names',
      'All',
    )
    expect(received).toEqual({
      Messages: [
        {
          MessageId: sent.MessageId,
          ReceiptHandle: expect.any(String),
          MD5OfBody: '78e731027d8fd50ed642340b7c9a63b3',
          Body: 'message',
          Attributes: {
            SenderId: 'AIDASANDBOX0000000000',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6',
          MessageAttributes: {MyAttribute: {DataType: 'String', StringValue: 'foobar'}},
        },
      ],
    })
    const [message] = received.Messages as {ReceiptHandle: string}[]
    await aws('delete-message', ...queue, '--receipt-handle', message?.ReceiptHandle ?? '')
    expect(sandbox.sqs.status()['000000000000/us-east-1']?.queues).toEqual([
      {
        name: 'by-cli',
        approximateNumberOfMessages: 0,
        approximateNumberOfMessagesNotVisible: 0,
        approximateNumberOfMessagesDelayed: 0,
      },
    ])
  })

  it('shows an error in AWS’s words', async () => {
    await expect(aws('get-queue-url', '--queue-name', 'nowhere')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        'An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist.',
      ),
    })
  })
})

const BOTO3 = `
import boto3, json
sqs = boto3.client('sqs')
url = sqs.create_queue(QueueName='by-boto3.fifo', Attributes={'FifoQueue': 'True'})['QueueUrl']
sent = sqs.send_message(
    QueueUrl=url, MessageBody='msg', MessageGroupId='g', MessageDeduplicationId='d',
    MessageAttributes={
        'text': {'DataType': 'String', 'StringValue': 'Gr\\u00fc\\u00dfe'},
        'bytes': {'DataType': 'Binary.png', 'BinaryValue': bytes([0, 255, 10])},
    },
    MessageSystemAttributes={'AWSTraceHeader': {'DataType': 'String', 'StringValue': 'Root=1-5759e988-bd862e3fe1be46a994272793'}},
)
batch = sqs.send_message_batch(QueueUrl=url, Entries=[
    {'Id': 'good', 'MessageBody': 'm', 'MessageGroupId': 'g', 'MessageDeduplicationId': 'e'},
    {'Id': 'bad', 'MessageBody': '\\x01', 'MessageGroupId': 'g', 'MessageDeduplicationId': 'f'},
])
received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=['All'], MessageAttributeNames=['All'])['Messages']
deleted = sqs.delete_message_batch(QueueUrl=url, Entries=[
    {'Id': str(i), 'ReceiptHandle': m['ReceiptHandle']} for i, m in enumerate(received)
])
def refused(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, error.response['Error']['Code'], error.response['Error'].get('QueryErrorCode')]
print(json.dumps({
    'sequence': sent['SequenceNumber'] == received[0]['Attributes']['SequenceNumber'],
    'good': [entry['Id'] for entry in batch['Successful']],
    'bad': [[entry['Id'], entry['Code'], entry['SenderFault']] for entry in batch['Failed']],
    'bodies': [m['Body'] for m in received],
    'text': received[0]['MessageAttributes']['text']['StringValue'],
    'bytes': list(received[0]['MessageAttributes']['bytes']['BinaryValue']),
    'trace': received[0]['Attributes']['AWSTraceHeader'],
    'deleted': len(deleted['Successful']),
    'empty': sqs.receive_message(QueueUrl=url).get('Messages'),
    'missing': refused(lambda: sqs.get_queue_url(QueueName='nowhere')),
    'parameter': refused(lambda: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=11)),
}))
`

describe.skipIf(!boto3)('boto3 (skipped where it is not installed)', () => {
  it('creates a queue, sends, receives and deletes, and maps errors to its classes', async () => {
    const {stdout} = await run('python3', ['-c', BOTO3], {env})
    expect(JSON.parse(stdout)).toEqual({
      sequence: true,
      good: ['good'],
      bad: [['bad', 'InvalidMessageContents', true]],
      bodies: ['msg', 'm'],
      text: 'Grüße',
      bytes: [0, 255, 10],
      trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      deleted: 2,
      empty: null,
      missing: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'QueueDoesNotExist'],
      parameter: ['ClientError', 'InvalidParameterValue', 'InvalidParameterValueException'],
    })
  })
})
