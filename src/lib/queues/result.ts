import type {MessageView} from '../messages/message-view.js'
import {viewSize} from '../messages/message-view.js'
import type {Block, Cell, Column, FieldsBlock, Tone, View} from '../output/view.js'
import {table} from '../output/view.js'
import type {Finding} from './findings.js'
import type {QueueList, QueueSummary} from './list-queues.js'
import type {PeekResult} from './peek-queue.js'
import type {PolicyStatement} from './policy-summary.js'
import type {PurgeResult} from './purge-queue.js'
import type {SendResult} from './send-message.js'
import type {Encryption, QueueDetail, RelatedQueue} from './show-queue.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell | readonly Cell[]): Field => ({label, value})
const nameOfArn = (arn: string | undefined): string | undefined => arn?.slice(arn.lastIndexOf(':') + 1)

/** `queue list`: one row a queue. */
export const queueListView: View<QueueList> = {
  blocks: ({queues}) => [
    table<QueueSummary>({columns: LIST_COLUMNS, rows: queues, empty: 'There are no queues here.'}),
  ],
  items: ({queues}) => queues,
}

const LIST_COLUMNS: Column<QueueSummary>[] = [
  {header: 'name', value: queue => queue.name},
  {header: 'type', value: queue => queue.type},
  {header: 'approx messages', value: depthOf, align: 'right'},
  {header: 'in flight', value: queue => queue.approximateNumberOfMessagesNotVisible, align: 'right'},
  {header: 'delayed', value: queue => queue.approximateNumberOfMessagesDelayed, align: 'right'},
  {
    header: 'dlq',
    value: queue =>
      queue.error === undefined ? nameOfArn(queue.deadLetterTargetArn) : {text: queue.error.code, tone: 'bad'},
    flexible: true,
  },
]

function depthOf({approximateNumberOfMessages: depth, isDlq}: QueueSummary): Cell {
  return isDlq === true && depth !== undefined && depth > 0 ? {text: depth, tone: 'bad'} : depth
}

/** `queue show`: the queue in sections, its findings last. */
export const queueDetailView: View<QueueDetail> = {
  blocks: queue => [
    {kind: 'fields', fields: identityFields(queue)},
    {kind: 'fields', title: 'Messages (approximate)', fields: countFields(queue)},
    {kind: 'fields', title: 'Settings', fields: settingFields(queue)},
    {kind: 'fields', title: 'Dead-lettering', fields: redriveFields(queue)},
    ...(queue.sources === undefined || queue.sources.length === 0 ? [] : [sourcesBlock(queue.sources)]),
    ...(queue.policyStatements === undefined ? [] : [policyBlock(queue.policyStatements)]),
    ...tagBlocks(queue),
    findingsBlock(queue.findings),
  ],
}

function identityFields(queue: QueueDetail): Field[] {
  return [
    field('Name', {text: queue.name, tone: 'strong'}),
    field('ARN', queue.arn),
    field('URL', queue.url),
    field('Type', queue.type),
    field('Created', {time: queue.createdAt}),
    field('Modified', {time: queue.lastModifiedAt}),
  ]
}

function countFields(queue: QueueDetail): Field[] {
  return [
    field('Visible', queue.approximateNumberOfMessages),
    field('In flight', queue.approximateNumberOfMessagesNotVisible),
    field('Delayed', queue.approximateNumberOfMessagesDelayed),
  ]
}

function settingFields(queue: QueueDetail): Field[] {
  return [
    field('Visibility timeout', {seconds: queue.visibilityTimeout}),
    field('Retention', {seconds: queue.messageRetentionPeriod}),
    field('Delay', {seconds: queue.delaySeconds}),
    field('Receive wait', {seconds: queue.receiveMessageWaitTimeSeconds}),
    field('Maximum message size', {bytes: queue.maximumMessageSize}),
    field('Encryption', encryptionText(queue.encryption)),
    ...(queue.fifo === undefined
      ? []
      : [
          field('Content-based deduplication', queue.fifo.contentBasedDeduplication),
          field('Deduplication scope', queue.fifo.deduplicationScope),
          field('FIFO throughput limit', queue.fifo.fifoThroughputLimit),
        ]),
  ]
}

function encryptionText(encryption: Encryption): string {
  return encryption.kind === 'SSE-KMS' ? `SSE-KMS ${encryption.kmsMasterKeyId}` : encryption.kind
}

function redriveFields({deadLetterQueue, redrivePolicy, redriveAllowPolicy: allow, sources}: QueueDetail): Field[] {
  const gone: Cell[] = deadLetterQueue?.exists === false ? [{text: 'does not exist', tone: 'bad'}] : []
  return [
    field('Dead-letter queue', deadLetterQueue === undefined ? 'none' : [deadLetterQueue.name, ...gone]),
    field('maxReceiveCount', redrivePolicy?.maxReceiveCount),
    field(
      'Redrive allow policy',
      allow === undefined ? 'allowAll (default)' : [allow.redrivePermission, ...allow.sourceQueueArns],
    ),
    field('Source queues', sources === undefined ? 'not readable' : sources.length),
  ]
}

function sourcesBlock(sources: readonly RelatedQueue[]): Block {
  return table<RelatedQueue>({
    title: 'Source queues',
    columns: [
      {header: 'name', value: source => source.name},
      {header: 'approx messages', value: source => source.approximateNumberOfMessages, align: 'right'},
      {header: 'max receives', value: source => source.maxReceiveCount, align: 'right'},
      {header: 'retention', value: source => ({seconds: source.messageRetentionPeriod}), align: 'right'},
    ],
    rows: sources,
  })
}

/** The statements of an access policy, in short: as fields, because a table would cut the ARNs and actions that matter. */
export function policyBlock(statements: readonly PolicyStatement[]): Block {
  return {kind: 'fields', title: 'Access policy', fields: statements.flatMap(statementFields)}
}

function statementFields({effect, public: everybody, principals, actions, conditions}: PolicyStatement): Field[] {
  return [
    field('Effect', everybody ? {text: effect, tone: 'bad'} : effect),
    field('Principals', principals.join(', ')),
    field('Actions', actions.join(', ')),
    ...(conditions.length === 0 ? [] : [field('Conditions', conditions)]),
  ]
}

function tagBlocks({tags}: QueueDetail): Block[] {
  const entries = Object.entries(tags ?? {})
  return entries.length === 0
    ? []
    : [{kind: 'fields', title: 'Tags', fields: entries.map(([key, value]) => field(key, value))}]
}

const SEVERITY_TONES: Record<Finding['severity'], Tone> = {bad: 'bad', warn: 'warn', info: 'dim'}

function findingsBlock(findings: readonly Finding[]): Block {
  return {
    kind: 'fields',
    title: 'Findings',
    fields:
      findings.length === 0
        ? [field('none', 'nothing to remark')]
        : findings.map(finding => field(finding.code, {text: finding.message, tone: SEVERITY_TONES[finding.severity]})),
  }
}

/** `queue peek`: one row a message, or with `full` each message whole. */
export function peekView({full}: {full: boolean}): View<PeekResult> {
  return {
    blocks: ({messages, lookedAt}) =>
      full && messages.length > 0
        ? messages.flatMap(messageBlocks)
        : [
            table<MessageView>({
              columns: PEEK_COLUMNS,
              rows: messages,
              empty: lookedAt === 0 ? 'No message was there to be received.' : 'No message matches.',
            }),
          ],
    items: ({messages}) => messages,
  }
}

const PEEK_COLUMNS: Column<MessageView>[] = [
  {header: 'message id', value: message => message.messageId},
  {header: 'sent', value: message => ({time: message.sentAt})},
  {header: 'receives', value: message => message.approximateReceiveCount, align: 'right'},
  {header: 'size', value: message => ({bytes: viewSize(message)}), align: 'right'},
  {header: 'body', value: message => message.body, flexible: true},
]

function messageBlocks(message: MessageView): Block[] {
  const attributes = Object.entries(message.messageAttributes)
  const systemAttributes = Object.entries(message.attributes)
  return [
    {
      kind: 'fields',
      title: message.messageId,
      fields: [
        field('Sent', {time: message.sentAt}),
        field('Expires', {time: message.expiresAt}),
        field('Receives', message.approximateReceiveCount),
        field('Size', {bytes: viewSize(message)}),
        ...systemAttributes.map(([name, value]) => field(name, value)),
        ...attributes.map(([name, value]) =>
          field(`${name} (${value.dataType})`, value.stringValue ?? value.binaryValue),
        ),
      ],
    },
    {kind: 'text', title: 'Body', text: message.body},
  ]
}

/** `queue send`: what was sent, or in a dry run what would be. */
export const sendView: View<SendResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        field('Queue', result.queue.name),
        field('Message id', result.dryRun ? {text: 'dry run: nothing was sent', tone: 'warn'} : result.messageId),
        ...(result.sequenceNumber === undefined ? [] : [field('Sequence number', result.sequenceNumber)]),
        field('Size', {bytes: result.size}),
        field('MD5 of body', result.md5OfMessageBody),
        ...(result.md5OfMessageAttributes === undefined
          ? []
          : [field('MD5 of attributes', result.md5OfMessageAttributes)]),
      ],
    },
  ],
}

/** `queue purge`: what was asked to be deleted, or in a dry run would be. */
export const purgeView: View<PurgeResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        field('Queue', result.queue.name),
        field('Account', result.accountId),
        field('Region', result.region),
        field('Purge', result.dryRun ? {text: 'dry run: nothing was deleted', tone: 'warn'} : 'requested'),
        field('Complete by', {time: result.completeBy}),
        field('Approx messages', result.approximateNumberOfMessages),
        field('Approx in flight', result.approximateNumberOfMessagesNotVisible),
        field('Approx delayed', result.approximateNumberOfMessagesDelayed),
      ],
    },
  ],
}
