import {isRecord} from './json-parts.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a value plainly is that no filter policy ever sees, in words; undefined where it may be the body of a message. Pure. Forms:
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html,
 * https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html
 */
export function foreignThing(value: Fields): string | undefined {
  const {Source, DetailType, Detail, Data, PartitionKey, kinesis, Type, Token, eventSource, EventSource, error} = value
  const areTexts = (...parts: readonly unknown[]): boolean => parts.every(part => typeof part === 'string')
  if (areTexts(Source, DetailType, Detail))
    return 'an entry of EventBridge’s PutEvents: what a rule sends to a topic is the event'
  if (areTexts(Data, PartitionKey) || (isRecord(kinesis) && areTexts(kinesis.data)))
    return 'a Kinesis record, which SNS never sees'
  if (/^(?:Subscription|Unsubscribe)Confirmation$/.test(String(Type)) && areTexts(Token))
    return 'a confirmation of a subscription, which passes no filter policy'
  if (eventSource === 'aws:sqs') return 'a record of SQS without a messageId and a body that are texts'
  if (EventSource === 'aws:sns') return 'a record of SNS without a Message that is a text'
  if (Object.keys(value).length === 1 && isRecord(error) && areTexts(error.code, error.message)) {
    return Array.isArray(error.suggestions) ? `an error of msgops: ${String(error.message)}` : undefined
  }
  return undefined
}
