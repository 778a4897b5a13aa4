import type {MessageAttributeView} from '../../messages/message-view.js'
import {ExitCode} from '../../ops-error.js'
import type {Cell, FieldsBlock, View} from '../../output/view.js'
import {table} from '../../output/view.js'
import type {Writer} from '../../output/writer.js'
import {leftBehindWarnings} from '../reports.js'
import type {CleanedLeftover} from './leftovers.js'
import type {TopicMessage} from './notification.js'
import type {TailEnd, TailEvent} from './tail-topic.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell): Field => ({label, value})

/** `topic tail --clean-up`: what was left behind, and what became of it. */
export const cleanUpView: View<{readonly leftovers: readonly CleanedLeftover[]}> = {
  blocks: ({leftovers}) => [
    table<CleanedLeftover>({
      columns: [
        {header: 'queue', value: ({queue}) => queue.name},
        {header: 'state', value: ({state}) => ({text: state, tone: state === 'failed' ? 'bad' : 'good'})},
        {header: 'because', value: ({reason, error}) => error?.message ?? reason, flexible: true},
      ],
      rows: leftovers,
      empty: 'No temporary queue is left behind.',
    }),
  ],
  items: ({leftovers}) => leftovers,
}

/**
 * Shows the messages of a tail as they come: blocks on a terminal, rows or records elsewhere. Returns the exit code where it is not the
 * usual one: 3 when something was left behind.
 */
export async function showTail(
  events: AsyncGenerator<TailEvent, void>,
  out: Writer,
  head: {readonly topic: {readonly name: string; readonly arn: string}; readonly raw: boolean},
): Promise<ExitCode | undefined> {
  const stream = out.mode === 'table' ? undefined : out.stream<TopicMessage>({...TAIL_STREAM, head})
  let exitCode: ExitCode | undefined
  for await (const event of events) {
    if (event.event === 'listening') out.say(`Listening to ${head.topic.name} by ${event.queue}; Ctrl-C ends it.`)
    else if (event.event === 'message') {
      if (stream === undefined) out.result(event.message, tailMessageView)
      else await stream.add(event.message)
    } else if (event.event === 'unwatched') out.note(event.message)
    else {
      for (const warning of leftBehindWarnings(event.leftBehind)) out.warn(warning)
      if (event.leftBehind.length > 0) exitCode = ExitCode.partial
      else out.note(`${ENDS[event.because]}; its queue and its subscription are removed.`)
    }
  }
  stream?.end()
  return exitCode
}

const ENDS: Readonly<Record<TailEnd, string>> = {
  max: 'The tail has seen as many messages as it was to',
  time: 'The time of the tail is up',
  stopped: 'The tail was stopped',
}

const TAIL_STREAM = {
  noun: 'messages',
  live: true,
  columns: [
    {header: 'sent', value: (message: TopicMessage) => ({time: message.sentAt})},
    {header: 'message id', value: (message: TopicMessage) => message.messageId},
    {header: 'subject', value: (message: TopicMessage) => message.subject},
    {header: 'body', value: (message: TopicMessage) => message.body, flexible: true},
  ],
  keys: ['messageId', 'sentAt', 'subject', 'body', 'messageAttributes', 'attributes', 'sequenceNumber', 'topicArn'],
} as const

const tailMessageView: View<TopicMessage> = {
  blocks: message => [
    {
      kind: 'fields',
      title: message.messageId,
      fields: [
        field('Sent', message.sentAt),
        ...(message.subject === undefined ? [] : [field('Subject', message.subject)]),
        ...Object.entries(message.messageAttributes).map(attributeField),
      ],
    },
    {kind: 'text', title: 'Body', text: `${message.body}\n`},
  ],
}

function attributeField([name, {dataType, stringValue, binaryValue}]: [string, MessageAttributeView]): Field {
  return field(`${name} (${dataType})`, stringValue ?? binaryValue)
}
