import {blob, boolean, integer, list, map, string, structure, type Operation, type ServiceModel} from './shape.js'

const attributeValue = structure({
  StringValue: string,
  BinaryValue: blob,
  StringListValues: list(string, 'StringListValue'),
  BinaryListValues: list(blob, 'BinaryListValue'),
  DataType: string,
})
const messageAttributes = map(attributeValue, 'MessageAttribute', 'Name', 'Value')
const messageSystemAttributes = map(attributeValue, 'MessageSystemAttribute', 'Name', 'Value')
const attributes = map(string, 'Attribute', 'Name', 'Value')
const tags = map(string, 'Tag', 'Key', 'Value')
const queueUrls = list(string, 'QueueUrl')

const message = {
  MessageBody: string,
  DelaySeconds: integer,
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: messageSystemAttributes,
  MessageDeduplicationId: string,
  MessageGroupId: string,
}
const sent = {
  MD5OfMessageBody: string,
  MD5OfMessageAttributes: string,
  MD5OfMessageSystemAttributes: string,
  MessageId: string,
  SequenceNumber: string,
}
const received = structure({
  MessageId: string,
  ReceiptHandle: string,
  MD5OfBody: string,
  Body: string,
  Attributes: attributes,
  MD5OfMessageAttributes: string,
  MessageAttributes: messageAttributes,
})
const failed = list(
  structure({Id: string, SenderFault: boolean, Code: string, Message: string}),
  'BatchResultErrorEntry',
)
const moveTask = structure({
  TaskHandle: string,
  Status: string,
  SourceArn: string,
  DestinationArn: string,
  MaxNumberOfMessagesPerSecond: integer,
  ApproximateNumberOfMessagesMoved: integer,
  ApproximateNumberOfMessagesToMove: integer,
  FailureReason: string,
  StartedTimestamp: integer,
})

const batchOf = (entry: string, members: Parameters<typeof structure>[0], result: Parameters<typeof structure>[0]) => ({
  input: structure({QueueUrl: string, Entries: list(structure({Id: string, ...members}), `${entry}RequestEntry`)}),
  output: structure({
    Successful: list(structure({Id: string, ...result}), `${entry}ResultEntry`),
    Failed: failed,
  }),
})

const operations: Record<string, Operation> = {
  AddPermission: {
    input: structure({
      QueueUrl: string,
      Label: string,
      AWSAccountIds: list(string, 'AWSAccountId'),
      Actions: list(string, 'ActionName'),
    }),
  },
  CancelMessageMoveTask: {
    input: structure({TaskHandle: string}),
    output: structure({ApproximateNumberOfMessagesMoved: integer}),
  },
  ChangeMessageVisibility: {input: structure({QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: integer})},
  ChangeMessageVisibilityBatch: batchOf(
    'ChangeMessageVisibilityBatch',
    {ReceiptHandle: string, VisibilityTimeout: integer},
    {},
  ),
  CreateQueue: {
    input: structure({QueueName: string, Attributes: attributes, tags}),
    output: structure({QueueUrl: string}),
  },
  DeleteMessage: {input: structure({QueueUrl: string, ReceiptHandle: string})},
  DeleteMessageBatch: batchOf('DeleteMessageBatch', {ReceiptHandle: string}, {}),
  DeleteQueue: {input: structure({QueueUrl: string})},
  GetQueueAttributes: {
    input: structure({QueueUrl: string, AttributeNames: list(string, 'AttributeName')}),
    output: structure({Attributes: attributes}),
  },
  GetQueueUrl: {
    input: structure({QueueName: string, QueueOwnerAWSAccountId: string}),
    output: structure({QueueUrl: string}),
  },
  ListDeadLetterSourceQueues: {
    input: structure({QueueUrl: string, NextToken: string, MaxResults: integer}),
    output: structure({queueUrls, NextToken: string}),
  },
  ListMessageMoveTasks: {
    input: structure({SourceArn: string, MaxResults: integer}),
    output: structure({Results: list(moveTask, 'ListMessageMoveTasksResultEntry')}),
  },
  ListQueueTags: {input: structure({QueueUrl: string}), output: structure({Tags: tags})},
  ListQueues: {
    input: structure({QueueNamePrefix: string, NextToken: string, MaxResults: integer}),
    output: structure({QueueUrls: queueUrls, NextToken: string}),
  },
  PurgeQueue: {input: structure({QueueUrl: string})},
  ReceiveMessage: {
    input: structure({
      QueueUrl: string,
      AttributeNames: list(string, 'AttributeName'),
      MessageSystemAttributeNames: list(string, 'MessageSystemAttributeName'),
      MessageAttributeNames: list(string, 'MessageAttributeName'),
      MaxNumberOfMessages: integer,
      VisibilityTimeout: integer,
      WaitTimeSeconds: integer,
      ReceiveRequestAttemptId: string,
    }),
    output: structure({Messages: list(received, 'Message')}),
  },
  RemovePermission: {input: structure({QueueUrl: string, Label: string})},
  SendMessage: {input: structure({QueueUrl: string, ...message}), output: structure(sent)},
  SendMessageBatch: batchOf('SendMessageBatch', message, sent),
  SetQueueAttributes: {input: structure({QueueUrl: string, Attributes: attributes})},
  StartMessageMoveTask: {
    input: structure({SourceArn: string, DestinationArn: string, MaxNumberOfMessagesPerSecond: integer}),
    output: structure({TaskHandle: string}),
  },
  TagQueue: {input: structure({QueueUrl: string, Tags: tags})},
  UntagQueue: {input: structure({QueueUrl: string, TagKeys: list(string, 'TagKey')})},
}

/** SQS 2012-11-05: JSON 1.0 today, query/XML for clients from before November 2023. */
export const sqsModel: ServiceModel = {
  name: 'sqs',
  protocols: ['json', 'query'],
  operations: new Map(Object.entries(operations)),
  targetPrefix: 'AmazonSQS',
  jsonVersion: '1.0',
  errorNamespace: 'com.amazonaws.sqs',
  queryCompatible: true,
  xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  pathMember: 'QueueUrl',
}
