import {randomUUID} from 'node:crypto'
import type {Service} from '../../service.js'
import {traceHeaderOf} from './lineage.js'
import type {AsyncEvent} from './event.js'

/** Where functions send what became of their events; the services of the local AWS. */
export interface Outlets {
  readonly sqs: Service
  readonly sns: Service
}

type Attributes = Readonly<Record<string, {readonly DataType: string; readonly StringValue: string}>>

const NEVER = new AbortController().signal

/**
 * Sends to a queue or topic as the function's role would: the account of the function asks, and what it may do in its own account is not
 * looked into. Rejects with AwsError where the other side refuses.
 */
export async function sendAs(
  {fn, requestId, chain, origin}: AsyncEvent,
  targetArn: string,
  {body, attributes, nowMs}: {readonly body: string; readonly attributes?: Attributes; readonly nowMs: number},
  outlets: () => Outlets,
): Promise<void> {
  const [, , service, region = '', account = '', name = ''] = targetArn.split(':')
  const traceHeader = traceHeaderOf(requestId, fn.arn, chain, nowMs)
  const message =
    service === 'sns'
      ? {action: 'Publish', input: {TopicArn: targetArn, Message: body, MessageAttributes: attributes}}
      : {
          action: 'SendMessage',
          input: {
            QueueUrl: `${origin}/${account}/${name}`,
            MessageBody: body,
            MessageAttributes: attributes,
            MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: traceHeader}},
          },
        }
  await outlets()[service === 'sns' ? 'sns' : 'sqs'].handle({
    ...message,
    account: fn.address.account,
    region,
    accessKeyId: fn.address.account,
    requestId: randomUUID(),
    origin,
    traceHeader,
    signal: NEVER,
  })
}
