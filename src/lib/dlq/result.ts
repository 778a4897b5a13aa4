import type {Block, Cell, Column, View} from '../output/view.js'
import {table} from '../output/view.js'
import type {DlqGroup} from './group.js'
import type {DlqList, DlqSummary} from './list-dlqs.js'
import type {DlqDetail, DlqSource} from './show-dlq.js'

/** `dlq list`: one row a dead-letter queue, the deepest first. */
export const dlqListView: View<DlqList> = {
  blocks: ({dlqs}) => [
    table<DlqSummary>({columns: LIST_COLUMNS, rows: dlqs, empty: 'There are no dead-letter queues here.'}),
  ],
  items: ({dlqs}) => dlqs,
}

const LIST_COLUMNS: Column<DlqSummary>[] = [
  {header: 'name', value: dlq => dlq.name},
  {
    header: 'approx messages',
    value: ({approximateNumberOfMessages: depth}) =>
      depth !== null && depth > 0 ? {text: depth, tone: 'bad'} : (depth ?? undefined),
    align: 'right',
  },
  {header: 'in flight', value: dlq => dlq.approximateNumberOfMessagesNotVisible ?? undefined, align: 'right'},
  {header: 'retention', value: dlq => ({seconds: dlq.messageRetentionPeriod ?? undefined}), align: 'right'},
  {header: 'move task', value: taskCell},
  {header: 'sources', value: sourcesCell, flexible: true},
]

function taskCell({moveTask}: DlqSummary): Cell {
  if (moveTask === null) return undefined
  const toMove = moveTask.approximateNumberOfMessagesToMove
  return {
    text: `${moveTask.status} ${moveTask.approximateNumberOfMessagesMoved}${toMove === null ? '' : `/${toMove}`}`,
    tone: 'warn',
  }
}

function sourcesCell({sources, foundBy}: DlqSummary): Cell {
  return foundBy === 'name' ? {text: 'no SQS queue', tone: 'dim'} : sources.map(({name}) => name).join(', ')
}

/** `dlq show`: the queue, who feeds it, and its messages by kind of failure. */
export const dlqDetailView: View<DlqDetail> = {
  blocks: detail => [
    queueBlock(detail),
    ...(detail.sources.length === 0
      ? []
      : [table<DlqSource>({title: 'Sources', columns: SOURCE_COLUMNS, rows: detail.sources})]),
    table<DlqGroup>({
      title: 'Messages by failure',
      columns: GROUP_COLUMNS,
      rows: detail.groups,
      empty: detail.sampled === 0 ? 'No message was there to be received.' : 'No message of the sample matches.',
    }),
  ],
  items: ({groups}) => groups,
}

function queueBlock({queue, sampled, selection, matched, complete, oldest}: DlqDetail): Block {
  return {
    kind: 'fields',
    fields: [
      {label: 'Queue', value: {text: queue.name, tone: 'strong'}},
      {label: 'ARN', value: queue.arn},
      {label: 'Approx messages', value: queue.approximateNumberOfMessages},
      {label: 'Approx in flight', value: queue.approximateNumberOfMessagesNotVisible},
      {label: 'Retention', value: {seconds: queue.messageRetentionPeriod}},
      {label: 'Sampled', value: complete ? `${sampled} (all)` : sampled},
      ...(selection === null
        ? []
        : [
            {label: 'Asked for', value: selection},
            {label: 'Matching', value: matched},
          ]),
      {label: 'Oldest sent', value: {time: oldest?.sentAt ?? undefined}},
      {
        label: queue.type === 'fifo' ? 'Expires at the earliest' : 'Oldest expires',
        value: {time: oldest?.expiresAt ?? undefined, tone: 'warn'},
      },
    ],
  }
}

const SOURCE_COLUMNS: Column<DlqSource>[] = [
  {header: 'name', value: source => source.name ?? {text: 'not moved here by SQS', tone: 'dim'}},
  {header: 'sampled', value: source => source.sampled, align: 'right'},
  {
    header: 'redrive policy',
    value: source =>
      source.name === null
        ? undefined
        : source.current
          ? 'names this queue'
          : {text: 'does not name this queue', tone: 'warn'},
  },
]

const GROUP_COLUMNS: Column<DlqGroup>[] = [
  {header: 'group', value: group => group.id},
  {header: 'count', value: group => group.count, align: 'right'},
  {header: 'first sent', value: group => ({time: group.firstSentAt ?? undefined})},
  {header: 'last sent', value: group => ({time: group.lastSentAt ?? undefined})},
  {header: 'failure', value: group => group.signature, flexible: true},
]
