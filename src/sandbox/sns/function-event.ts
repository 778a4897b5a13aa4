import {notificationFields} from './envelope.js'
import type {Publication} from './publication.js'
import type {Subscription} from './subscription.js'

/**
 * A message as a function gets it: JSON of an event with one record. What an envelope leaves out is there (a subject of null, attributes
 * of {}), and two of its links are spelled otherwise (recorded).
 */
export function functionEvent(publication: Publication, subscription: Subscription): string {
  const {SigningCertURL, UnsubscribeURL, ...fields} = Object.fromEntries(notificationFields(publication, subscription))
  const {Type, MessageId, TopicArn, Subject = null, Message, ...others} = fields
  const attributes = Object.entries(publication.attributes ?? {}).map(
    ([name, {DataType, StringValue, BinaryValue}]) =>
      [name, {Type: DataType, Value: BinaryValue?.toString('base64') ?? StringValue ?? ''}] as const,
  )
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type,
          MessageId,
          TopicArn,
          Subject,
          Message,
          ...others,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: Object.fromEntries(attributes),
        },
      },
    ],
  })
}
