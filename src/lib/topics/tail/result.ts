import type {MessageAttributeView} from '../../messages/message-view.js'
import {ExitCode} from '../../ops-error.js'
import type {Cell, FieldsBlock, View} from '../../output/view.js'
import {table} from '../../output/view.js'
import type {Writer} from '../../output/writer.js'
import {summarizePolicy} from '../../queues/policy-summary.js'
import {policyBlock} from '../../queues/result.js'
import {leftBehindWarnings} from '../left-behind.js'
import type {CleanUp, CleanedLeftover} from './clean-up.js'
import type {TopicMessage} from './notification.js'
import type {TailPlan} from './plan.js'
import type {TailEnd, TailEvent, TailLeft} from './tail-topic.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell): Field => ({label, value})

/** `topic tail --dry-run`: what would be made. */
export const tailPlanView: View<TailPlan> = {
  blocks: ({topic, accountId, region, queue, subscription}) => {
    const {Policy = '', ...attributes} = queue.attributes
    return [
      {
        kind: 'fields',
        fields: [
          field('Topic', topic.name),
          field('Made', {text: 'dry run: nothing was made', tone: 'warn'}),
          field('Account', `${accountId}, ${region}`),
        ],
      },
      {
        kind: 'fields',
        title: `Queue ${queue.name}`,
        fields: Object.entries({...attributes, ...queue.tags}).map(([name, value]) => field(name, value)),
      },
      policyBlock(summarizePolicy(Policy) ?? []),
      {
        kind: 'fields',
        title: `Subscription of it to ${topic.name}`,
        fields: [
          field('Protocol', subscription.protocol),
          ...Object.entries(subscription.attributes).map(([name, value]) => field(name, value)),
        ],
      },
    ]
  },
}

const STATE_TONES = {planned: 'warn', removed: 'good', inUse: 'good', failed: 'bad'} as const

/** `topic tail --clean-up`: what was left behind, and what became of it. */
export const cleanUpView: View<CleanUp> = {
  blocks: ({leftovers, unread, accountId, region, topicArn}) => {
    const of = topicArn === undefined ? '' : ` of ${topicArn.slice(topicArn.lastIndexOf(':') + 1)}`
    const nothing = `No temporary queue${of} was found in account ${accountId}, ${region}`
    return [
      table<CleanedLeftover>({
        columns: [
          {header: 'queue', value: ({queue}) => queue.name},
          {header: 'state', value: ({state}) => ({text: state, tone: STATE_TONES[state]})},
          {header: 'because', value: ({reason, error}) => error?.message ?? reason, flexible: true},
        ],
        rows: leftovers,
        // Where tags could not be read, the warnings say what is not known.
        empty: unread.length > 0 ? undefined : `${nothing}; subscriptions whose queue is gone are not looked for.`,
      }),
    ]
  },
  items: ({leftovers}) => leftovers,
}

/**
 * Shows the messages of a tail as they come: blocks on a terminal, rows or records elsewhere. Returns the exit code where it is not the
 * usual one: 3 when something was left behind. `onStopped` is called where the signal ended the tail and nothing is left behind; it may throw.
 */
export async function showTail(
  events: AsyncGenerator<TailEvent, void>,
  out: Writer,
  {
    topic,
    raw,
    onLeftBehind,
  }: {
    readonly topic: {readonly name: string; readonly arn: string}
    readonly raw: boolean
    readonly onLeftBehind: (left: readonly TailLeft[]) => void
  },
  onStopped: () => void,
): Promise<ExitCode | undefined> {
  const head = {topic: {name: topic.name, arn: topic.arn}, raw}
  const stream = out.mode === 'table' ? undefined : out.stream<TopicMessage>({...TAIL_STREAM, head})
  let exitCode: ExitCode | undefined
  for await (const event of events) {
    if (event.event === 'listening') out.say(`Listening to ${topic.name} by ${event.queue}; Ctrl-C ends it.`)
    else if (event.event === 'message') {
      if (stream === undefined) out.result(event.message, tailMessageView)
      else await stream.add(event.message)
    } else if (event.event === 'unwatched') out.note(event.message)
    else {
      onLeftBehind(event.leftBehind)
      if (event.leftBehind.length > 0) exitCode = ExitCode.partial
      else {
        out.note(`${ENDS[event.because]}; its queue and its subscription are removed.`)
        if (event.because === 'stopped') onStopped()
      }
    }
  }
  stream?.end()
  return exitCode
}

/** Warns of what could not be removed; `cleanUp` is the command line that does it later. */
export function leftBehindTeller(out: Writer, cleanUp: string): (left: readonly TailLeft[]) => void {
  return left => {
    for (const warning of leftBehindWarnings(left, cleanUp)) out.warn(warning)
  }
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
  keys: [
    ...(['messageId', 'sentAt', 'subject', 'body', 'messageAttributes', 'attributes'] as const),
    ...(['approximateReceiveCount', 'sequenceNumber', 'topicArn'] as const),
  ],
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
