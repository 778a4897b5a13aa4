import {blob, boolean, list, map, string, structure, type Operation, type ServiceModel} from './shape.js'

const attributes = map(string)
const messageAttributes = map(
  structure({DataType: string, StringValue: string, BinaryValue: blob}),
  undefined,
  'Name',
  'Value',
)
const tags = list(structure({Key: string, Value: string}))
const subscription = structure({
  SubscriptionArn: string,
  Owner: string,
  Protocol: string,
  Endpoint: string,
  TopicArn: string,
})
const message = {
  Message: string,
  Subject: string,
  MessageStructure: string,
  MessageAttributes: messageAttributes,
  MessageDeduplicationId: string,
  MessageGroupId: string,
}
const published = {MessageId: string, SequenceNumber: string}

/** The actions that answer with nothing still wrap that nothing in a result, where the model names an output. */
const nothing = structure({})

const operations: Record<string, Operation> = {
  AddPermission: {
    input: structure({TopicArn: string, Label: string, AWSAccountId: list(string), ActionName: list(string)}),
  },
  ConfirmSubscription: {
    input: structure({TopicArn: string, Token: string, AuthenticateOnUnsubscribe: string}),
    output: structure({SubscriptionArn: string}),
  },
  CreateTopic: {
    input: structure({Name: string, Attributes: attributes, Tags: tags, DataProtectionPolicy: string}),
    output: structure({TopicArn: string}),
  },
  DeleteTopic: {input: structure({TopicArn: string})},
  GetSubscriptionAttributes: {
    input: structure({SubscriptionArn: string}),
    output: structure({Attributes: attributes}),
  },
  GetTopicAttributes: {input: structure({TopicArn: string}), output: structure({Attributes: attributes})},
  ListSubscriptions: {
    input: structure({NextToken: string}),
    output: structure({Subscriptions: list(subscription), NextToken: string}),
  },
  ListSubscriptionsByTopic: {
    input: structure({TopicArn: string, NextToken: string}),
    output: structure({Subscriptions: list(subscription), NextToken: string}),
  },
  ListTagsForResource: {input: structure({ResourceArn: string}), output: structure({Tags: tags})},
  ListTopics: {
    input: structure({NextToken: string}),
    output: structure({Topics: list(structure({TopicArn: string})), NextToken: string}),
  },
  Publish: {
    input: structure({TopicArn: string, TargetArn: string, PhoneNumber: string, ...message}),
    output: structure(published),
  },
  PublishBatch: {
    input: structure({TopicArn: string, PublishBatchRequestEntries: list(structure({Id: string, ...message}))}),
    output: structure({
      Successful: list(structure({Id: string, ...published})),
      Failed: list(structure({Id: string, Code: string, Message: string, SenderFault: boolean})),
    }),
  },
  RemovePermission: {input: structure({TopicArn: string, Label: string})},
  SetSubscriptionAttributes: {
    input: structure({SubscriptionArn: string, AttributeName: string, AttributeValue: string}),
  },
  SetTopicAttributes: {input: structure({TopicArn: string, AttributeName: string, AttributeValue: string})},
  Subscribe: {
    input: structure({
      TopicArn: string,
      Protocol: string,
      Endpoint: string,
      Attributes: attributes,
      ReturnSubscriptionArn: boolean,
    }),
    output: structure({SubscriptionArn: string}),
  },
  TagResource: {input: structure({ResourceArn: string, Tags: tags}), output: nothing},
  Unsubscribe: {input: structure({SubscriptionArn: string})},
  UntagResource: {input: structure({ResourceArn: string, TagKeys: list(string)}), output: nothing},
}

/** SNS 2010-03-31, topics and subscriptions; mobile push and SMS administration are not part of the local AWS. */
export const snsModel: ServiceModel = {
  name: 'sns',
  protocols: ['query'],
  operations: new Map(Object.entries(operations)),
  xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
}
