import {hash} from 'node:crypto'
import type {MessageAttributes} from '../sqs/message.js'
import type {Publication} from './publication.js'
import type {Subscription} from './subscription.js'
import type {Topic} from './topic.js'

type Field = readonly [name: string, value: string]

/** SHA1withRSA and SHA256withRSA make as many bytes of signature. */
const SIGNATURE_BYTES = 256

/**
 * The JSON around a message that is not delivered raw, in AWS's order and layout (recorded; a FIFO topic's is not signed). The links lead
 * to the local AWS, and the signature has the form of one: nothing can verify it, as nothing here holds AWS's key.
 */
export function notification(publication: Publication, subscription: Subscription): string {
  return layOut(notificationFields(publication, subscription), publication.attributes)
}

/** The same without the attributes, field by field in AWS's order. */
export function notificationFields(publication: Publication, subscription: Subscription): readonly Field[] {
  const {topic, messageId, subject, sequenceNumber, publishedMs, origin} = publication
  const fields: Field[] = [
    ['Type', 'Notification'],
    ['MessageId', messageId],
    ...(sequenceNumber === undefined ? [] : [['SequenceNumber', sequenceNumber] as const]),
    ['TopicArn', topic.arn],
    ...(subject === undefined ? [] : [['Subject', subject] as const]),
    ['Message', publication.text.for(subscription.protocol)],
    ['Timestamp', new Date(publishedMs).toISOString()],
  ]
  const signed = topic.fifo ? [] : signature(topic, fields, origin)
  return [...fields, ...signed, ['UnsubscribeURL', unsubscribeUrl(subscription, origin)]]
}

/** What a new subscriber by HTTP, or the queue of another account, is asked. */
export interface Confirmation {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'
  readonly messageId: string
  readonly token: string
  readonly sentMs: number
  readonly origin: string
}

export function confirmation({arn, topic}: Subscription, asked: Confirmation): string {
  const {type, messageId, token, sentMs, origin} = asked
  const message =
    type === 'SubscriptionConfirmation'
      ? `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`
  const fields: Field[] = [
    ['Type', type],
    ['MessageId', messageId],
    ['Token', token],
    ['TopicArn', topic.arn],
    ['Message', message],
    ['SubscribeURL', `${origin}/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${token}`],
    ['Timestamp', new Date(sentMs).toISOString()],
  ]
  return layOut([...fields, ...signature(topic, fields, origin)], undefined)
}

function unsubscribeUrl(subscription: Subscription, origin: string): string {
  return `${origin}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`
}

function signature({settings}: Topic, fields: readonly Field[], origin: string): readonly Field[] {
  return [
    ['SignatureVersion', settings.signatureVersion ?? '1'],
    ['Signature', likeSignature(fields)],
    ['SigningCertURL', `${origin}/SimpleNotificationService-${'0'.repeat(32)}.pem`],
  ]
}

function likeSignature(fields: readonly Field[]): string {
  const blocks: Buffer[] = []
  const signed = JSON.stringify(fields)
  for (let block = 0; block < SIGNATURE_BYTES / 64; block++) {
    blocks.push(hash('sha512', `${block} ${signed}`, 'buffer'))
  }
  return Buffer.concat(blocks).toString('base64')
}

function layOut(fields: readonly Field[], attributes: MessageAttributes | undefined): string {
  const lines = fields.map(([name, value]) => `  "${name}" : ${JSON.stringify(value)}`)
  if (attributes !== undefined) {
    const members = Object.entries(attributes).map(([name, {DataType, StringValue, BinaryValue}]) => {
      const value = BinaryValue?.toString('base64') ?? StringValue ?? ''
      return `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(DataType)},"Value":${JSON.stringify(value)}}`
    })
    lines.push(`  "MessageAttributes" : {\n${members.join(',\n')}\n  }`)
  }
  return `{\n${lines.join(',\n')}\n}`
}
