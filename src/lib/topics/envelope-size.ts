import type {FilteredMessage} from '../filters/filter-policy.js'

/** Lengths of what SNS fills in: ids, an instant, an RSA signature in base64, and addresses that hold the region. */
const ID = 'x'.repeat(36)
const TIMESTAMP = 'x'.repeat(24)
const SIGNATURE = 'x'.repeat(344)
const CERTIFICATE = 'https://sns.REGION.amazonaws.com/SimpleNotificationService-'.length + 36

/**
 * About how many bytes a message has in the envelope that SNS puts around it for a queue without raw message delivery. Binary attributes
 * are counted without their values. Pure. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function envelopeSize(topicArn: string, {attributes, body}: FilteredMessage): number {
  const envelope = {
    Type: 'Notification',
    MessageId: ID,
    TopicArn: topicArn,
    Message: body,
    Timestamp: TIMESTAMP,
    SignatureVersion: '1',
    Signature: SIGNATURE,
    SigningCertURL: 'x'.repeat(CERTIFICATE),
    UnsubscribeURL: `https://sns.REGION.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${topicArn}:${ID}`,
    ...(Object.keys(attributes).length === 0 ? {} : {MessageAttributes: attributesOf(attributes)}),
  }
  return Buffer.byteLength(JSON.stringify(envelope, undefined, 2))
}

function attributesOf(attributes: FilteredMessage['attributes']): Record<string, {Type: string; Value: string}> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, {dataType, stringValue = ''}]) => [
      name,
      {Type: dataType, Value: stringValue},
    ]),
  )
}
