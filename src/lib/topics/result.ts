import {explanationLines} from '../filters/explanation-rows.js'
import type {Finding} from '../queues/findings.js'
import type {ExitCode} from '../ops-error.js'
import type {Block, Cell, Column, FieldsBlock, Tone, View} from '../output/view.js'
import {table} from '../output/view.js'
import type {Writer} from '../output/writer.js'
import {policyBlock} from '../queues/result.js'
import {placedName} from './endpoint-name.js'
import type {TopicList, TopicSummary} from './list-topics.js'
import type {FailedLines} from './failed-lines.js'
import {failedLines} from './failed-lines.js'
import type {BatchEvent, BatchFailure, BatchResult, BatchRun, SizedLine} from './publish-batch.js'
import {batchResult} from './publish-batch.js'
import type {PublishResult} from './publish.js'
import type {FilterStatistics} from './sample.js'
import type {SubscriptionDetail, TopicDetail} from './show-topic.js'
import {batchReport} from './reports.js'
import type {FoundTopic} from './resolve-topic.js'
import type {TopicTrace} from './trace-topic.js'
import type {TraceOutcome, TracedSubscription} from './trace.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell | readonly Cell[]): Field => ({label, value})
/** In the place of what is absent because it may not be read: "none" would be a statement. */
const NOT_READ: Cell = {text: 'not read', tone: 'warn'}

/** `topic list`: one row a topic. */
export const topicListView: View<TopicList> = {
  blocks: ({topics}) => [
    table<TopicSummary>({columns: LIST_COLUMNS, rows: topics, empty: 'There are no topics here.'}),
  ],
  items: ({topics}) => topics,
}

const LIST_COLUMNS: Column<TopicSummary>[] = [
  {header: 'name', value: topic => topic.name, flexible: true},
  {header: 'type', value: topic => topic.type},
  {header: 'subscriptions', value: topic => topic.subscriptionsConfirmed, align: 'right'},
  {
    header: 'pending',
    value: ({subscriptionsPending: pending}) =>
      pending !== undefined && pending > 0 ? {text: pending, tone: 'warn'} : pending,
    align: 'right',
  },
  {
    header: 'encryption',
    value: ({error, kmsMasterKeyId}) => (error === undefined ? (kmsMasterKeyId ?? 'none') : NOT_READ),
    flexible: true,
  },
]

/** `topic show`: the topic, its subscriptions one by one, its findings last. */
export const topicDetailView: View<TopicDetail> = {
  blocks: topic => [
    {kind: 'fields', fields: topicFields(topic)},
    ...(topic.deliveryLogging === undefined || topic.deliveryLogging.length === 0 ? [] : [loggingBlock(topic)]),
    ...(topic.policyStatements === undefined ? [] : [policyBlock(topic.policyStatements)]),
    ...tagBlocks(topic),
    ...(topic.subscriptions ?? []).map(subscription => subscriptionBlock(subscription, topic.arn)),
    ...(topic.subscriptions === undefined ? [] : [findingsBlock(topic)]),
  ],
}

function topicFields(topic: TopicDetail): Field[] {
  const read = topic.maximumMessageSize !== undefined
  return [
    field('Name', {text: topic.name, tone: 'strong'}),
    field('ARN', topic.arn),
    field('Type', topic.type),
    field('Display name', topic.displayName),
    field('Owner', topic.owner),
    field('Subscriptions', subscriptionCount(topic)),
    field('Maximum message size', read ? {bytes: topic.maximumMessageSize} : NOT_READ),
    field('Encryption', read ? (topic.kmsMasterKeyId ?? 'none') : NOT_READ),
    ...(topic.type === 'fifo'
      ? [
          field('Content-based deduplication', topic.contentBasedDeduplication),
          field('FIFO throughput scope', topic.fifoThroughputScope),
        ]
      : []),
    field('Signature version', topic.signatureVersion),
    field('Tracing', topic.tracingConfig),
  ].filter(({value}) => value !== undefined)
}

function subscriptionCount({subscriptionsConfirmed: confirmed, subscriptionsPending: pending}: TopicDetail): Cell {
  if (confirmed === undefined) return undefined
  return pending === undefined || pending === 0 ? confirmed : `${confirmed}, and ${pending} pending`
}

function loggingBlock({deliveryLogging = []}: TopicDetail): Block {
  return table({
    title: 'Delivery status logging',
    columns: [
      {header: 'protocol', value: row => row.protocol},
      {header: 'successes', value: row => `${row.successFeedbackSampleRate ?? 0} %`, align: 'right'},
      {header: 'success role', value: row => row.successFeedbackRoleArn, flexible: true},
      {header: 'failure role', value: row => row.failureFeedbackRoleArn, flexible: true},
    ],
    rows: deliveryLogging,
  })
}

function tagBlocks({tags}: TopicDetail): Block[] {
  const entries = Object.entries(tags ?? {})
  if (entries.length === 0) return []
  return [{kind: 'fields', title: 'Tags', fields: entries.map(([key, value]) => field(key, value))}]
}

function subscriptionBlock(subscription: SubscriptionDetail, topicArn: string): Block {
  const {protocol, endpoint, subscriptionArn, filterPolicy, filterPolicyScope, deadLetterTargetArn, sample} =
    subscription
  // The list alone tells of a pending subscription: it has no ARN to read its settings by.
  const read = subscriptionArn !== undefined && subscription.rawMessageDelivery !== undefined
  const gone: Cell[] = subscription.endpointExists === false ? [{text: 'does not exist', tone: 'bad'}] : []
  return {
    kind: 'fields',
    title: `Subscription: ${protocol} ${placedName(endpoint, topicArn)}`,
    fields: [
      field('Endpoint', [endpoint, ...gone]),
      field('ARN', subscriptionArn ?? {text: 'pending confirmation', tone: 'warn' as const}),
      field('Filter policy', read ? (filterPolicy ?? 'none: every message') : NOT_READ),
      ...(filterPolicy === undefined ? [] : [field('Filter scope', filterPolicyScope)]),
      ...(sample === undefined ? [] : [field('Sample', sampleText(sample))]),
      field('Raw delivery', read ? subscription.rawMessageDelivery : NOT_READ),
      field('Dead-letter queue', read ? (deadLetterTargetArn ?? {text: 'none', tone: 'warn' as const}) : NOT_READ),
    ],
  }
}

function sampleText({matched, total, undecided}: FilterStatistics): string {
  const open = undecided === undefined ? '' : `; of ${undecided} it cannot be told`
  return `${matched} of ${total} messages would arrive${open}`
}

const TONES: Readonly<Record<Finding['severity'], Tone>> = {bad: 'bad', warn: 'warn', info: 'dim'}

function findingsBlock({findings, incomplete}: Pick<TopicDetail, 'findings' | 'incomplete'>): Block {
  const nothing = incomplete.length === 0 ? 'nothing to remark' : 'nothing in what could be read'
  return {
    kind: 'fields',
    title: 'Findings',
    fields:
      findings.length === 0
        ? [field('none', nothing)]
        : findings.map(({code, message, severity}) => field(code, {text: message, tone: TONES[severity]})),
  }
}

/** `topic publish`: the message's id, or what a dry run found. */
export const publishView: View<PublishResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        field('Topic', result.topic.name),
        field('Message id', result.messageId ?? {text: 'dry run: nothing was published', tone: 'warn'}),
        ...(result.sequenceNumber === undefined ? [] : [field('Sequence number', result.sequenceNumber)]),
        field('Size', {bytes: result.size}),
      ],
    },
  ],
}

/** `topic publish --batch`: the counts, and what did not go out. */
const batchView: View<BatchResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        field('Topic', result.topic.name),
        result.dryRun
          ? field('Published', {text: `dry run: none of ${result.total}`, tone: 'warn'})
          : field('Published', `${result.published} of ${result.total}`),
        field('Failed', result.failed),
        field('Unknown', result.unknown),
        field('Not sent', result.notPublished),
        result.dryRun ? field('Requests planned', result.requestsPlanned) : field('Requests', result.requests),
        field('Size', {bytes: result.size}),
      ],
    },
    ...failuresBlocks(
      'May be published',
      result.failures.filter(({state}) => state === 'unknown'),
    ),
    ...failuresBlocks(
      'Not published',
      result.failures.filter(({state}) => state !== 'unknown'),
    ),
  ],
}

function failuresBlocks(title: string, failures: readonly BatchFailure[]): Block[] {
  if (failures.length === 0) return []
  return [
    table<FailedLines>({
      title,
      columns: [
        {header: 'lines', value: row => row.lines},
        {header: 'state', value: row => ({text: row.state, tone: row.state === 'unknown' ? 'warn' : 'bad'})},
        {header: 'code', value: row => row.code},
        {header: 'detail', value: row => row.message, flexible: true},
      ],
      rows: failedLines(failures),
    }),
  ]
}

/**
 * Reads the publishing of a batch to its end (no run: a dry run), tells each line's outcome in NDJSON as it is known, and shows the sum.
 * Returns the exit code where it is not the usual one.
 */
export async function showBatch(
  run: BatchRun | undefined,
  out: Writer,
  {topic, lines}: {readonly topic: FoundTopic; readonly lines: readonly SizedLine[]},
): Promise<ExitCode | undefined> {
  const told: BatchEvent[] = []
  for await (const event of run?.events ?? []) {
    told.push(event)
    out.event(event)
    out.progress(`Publishing to ${topic.name}: ${told.length} of ${lines.length}`)
  }
  const result = batchResult(topic, lines, run === undefined ? undefined : {events: told, requests: run.requests()})
  const report = batchReport(result)
  for (const warning of [...result.remarks, ...report.warnings]) out.warn(warning)
  out.result(out.mode === 'ndjson' ? {event: 'done', ...result, messages: [], failures: []} : result, batchView)
  return report.exitCode
}

const OUTCOME_TONES: Readonly<Record<TraceOutcome, Tone>> = {
  delivered: 'good',
  filtered: 'dim',
  blocked: 'bad',
  unknown: 'warn',
}

/** `topic trace`: each subscription with its outcome, and the filter policies' judgement key by key. */
export const traceView: View<TopicTrace> = {
  blocks: ({topic, delivered, unknown, subscriptions}) => [
    {
      kind: 'fields',
      fields: [
        field('Topic', {text: topic.name, tone: 'strong'}),
        field(
          'Would get it',
          `${delivered} of ${subscriptions.length} ${subscriptions.length === 1 ? 'subscription' : 'subscriptions'}${unknown === 0 ? '' : `, ${unknown} unknown`}`,
        ),
      ],
    },
    ...subscriptions.map(subscription => tracedBlock(subscription, topic.arn)),
  ],
  items: ({subscriptions}) => subscriptions,
}

function tracedBlock(
  {protocol, endpoint, outcome, reasons, explanation, filterPolicyScope}: TracedSubscription,
  topicArn: string,
): Block {
  return {
    kind: 'fields',
    title: `${protocol} ${placedName(endpoint, topicArn)}`,
    fields: [
      field('Outcome', {text: outcome, tone: OUTCOME_TONES[outcome]}),
      ...(reasons.length === 0
        ? []
        : [
            field(
              'Because',
              reasons.map(({message}) => message),
            ),
          ]),
      ...(explanation === undefined
        ? []
        : [
            field(
              `Filter (${filterPolicyScope ?? 'MessageAttributes'})`,
              explanationLines(explanation, {most: 5, decisiveOnly: true}).map(
                text => ({text, tone: undefined, wrap: 'anywhere'}) as const,
              ),
            ),
          ]),
    ],
  }
}
