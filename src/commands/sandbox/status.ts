import {OpsCommand} from '../../lib/cli/base-command.js'
import {table, type Column, type View} from '../../lib/output/view.js'
import {functionsOf, queuesOf, SandboxControl, topicsOf} from '../../sandbox/control-client.js'
import type {FunctionPlace, QueuePlace, TopicPlace} from '../../sandbox/control-client.js'
import type {SandboxState} from '../../sandbox/control/protocol.js'

type StatusResult = Omit<SandboxState, 'services'> & {
  readonly queues: readonly QueuePlace[]
  readonly topics: readonly TopicPlace[]
  readonly functions: readonly FunctionPlace[]
}

const PLACE = [
  {header: 'account', value: (row: {readonly accountId: string}) => row.accountId},
  {header: 'region', value: (row: {readonly region: string}) => row.region},
]
const counted = <Row>(header: string, value: (row: Row) => number): Column<Row> => ({header, value, align: 'right'})

const lost = <Row>(value: (row: Row) => number): Column<Row> => ({
  ...counted('lost', value),
  value: row => (value(row) > 0 ? {text: value(row), tone: 'bad'} : 0),
})

const QUEUE_COLUMNS: readonly Column<QueuePlace>[] = [
  ...PLACE,
  {header: 'queue', value: queue => queue.name},
  counted('visible', queue => queue.approximateNumberOfMessages),
  counted('in flight', queue => queue.approximateNumberOfMessagesNotVisible),
  counted('delayed', queue => queue.approximateNumberOfMessagesDelayed),
]

const TOPIC_COLUMNS: readonly Column<TopicPlace>[] = [
  ...PLACE,
  {header: 'topic', value: topic => topic.name},
  counted('subscriptions', topic => topic.subscriptionsConfirmed),
  counted('pending', topic => topic.subscriptionsPending),
  counted('published', topic => topic.numberOfMessagesPublished),
  counted('delivered', topic => topic.numberOfNotificationsDelivered),
  counted('filtered out', topic => topic.numberOfNotificationsFilteredOut),
  counted('failed', topic => topic.numberOfNotificationsFailed),
  // There was no dead-letter queue, or it did not take it.
  lost(topic => topic.numberOfNotificationsFailed - topic.numberOfNotificationsRedrivenToDlq),
]

const FUNCTION_COLUMNS: readonly Column<FunctionPlace>[] = [
  ...PLACE,
  {header: 'function', value: fn => fn.name},
  counted('runs', fn => fn.invocations),
  counted('errors', fn => fn.errors),
  counted('no room', fn => fn.throttles),
  counted('queued', fn => fn.eventsWaiting),
  counted('given up', fn => fn.asyncEventsDropped),
  lost(fn => fn.eventsLost),
  counted('not told', fn => fn.destinationDeliveryFailures),
]

const view: View<StatusResult> = {
  blocks: ({url, clock, requests, faults, queues, topics, functions}) => [
    {
      kind: 'fields',
      fields: [
        {label: 'URL', value: url},
        {label: 'Time', value: clock.now},
        {label: 'Ahead of wall time', value: {seconds: Math.round(clock.offsetMs / 1000)}},
        {label: 'Requests', value: requests},
        {label: 'Faults set', value: {text: faults, tone: faults > 0 ? 'warn' : 'dim'}},
      ],
    },
    table({columns: QUEUE_COLUMNS, rows: queues, empty: 'The local AWS holds no queue.'}),
    ...(topics.length === 0 ? [] : [table({columns: TOPIC_COLUMNS, rows: topics, empty: ''})]),
    ...(functions.length === 0 ? [] : [table({columns: FUNCTION_COLUMNS, rows: functions, empty: ''})]),
  ],
  items: ({queues}) => queues,
}

export default class SandboxStatus extends OpsCommand {
  static override description =
    'Shows the running local AWS: where it listens, what time it is there, the faults that are set and its queues, topics and functions in every account and region.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  static override summary = 'Show the state of the local AWS.'

  async run(): Promise<void> {
    const {services, ...state} = await new SandboxControl({env: process.env, signal: this.signal}).state()
    const held = {queues: queuesOf({services}), topics: topicsOf({services}), functions: functionsOf({services})}
    this.out.result({...state, ...held}, view)
  }
}
