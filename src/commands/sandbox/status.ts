import {OpsCommand} from '../../lib/cli/base-command.js'
import {table, type View} from '../../lib/output/view.js'
import {queuesOf, SandboxControl, topicsOf, type QueuePlace, type TopicPlace} from '../../sandbox/control-client.js'
import type {SandboxState} from '../../sandbox/control/protocol.js'

type StatusResult = Omit<SandboxState, 'services'> & {
  readonly queues: readonly QueuePlace[]
  readonly topics: readonly TopicPlace[]
}

const view: View<StatusResult> = {
  blocks: ({url, clock, requests, faults, queues, topics}) => [
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
    table({
      columns: [
        {header: 'account', value: queue => queue.accountId},
        {header: 'region', value: queue => queue.region},
        {header: 'queue', value: queue => queue.name},
        {header: 'visible', value: queue => queue.approximateNumberOfMessages, align: 'right'},
        {header: 'in flight', value: queue => queue.approximateNumberOfMessagesNotVisible, align: 'right'},
        {header: 'delayed', value: queue => queue.approximateNumberOfMessagesDelayed, align: 'right'},
      ],
      rows: queues,
      empty: 'The local AWS holds no queue.',
    }),
    ...(topics.length === 0 ? [] : [topicTable(topics)]),
  ],
  items: ({queues}) => queues,
}

function topicTable(topics: readonly TopicPlace[]) {
  return table({
    columns: [
      {header: 'account', value: topic => topic.accountId},
      {header: 'region', value: topic => topic.region},
      {header: 'topic', value: topic => topic.name},
      {header: 'subscriptions', value: topic => topic.subscriptionsConfirmed, align: 'right'},
      {header: 'pending', value: topic => topic.subscriptionsPending, align: 'right'},
      {header: 'published', value: topic => topic.numberOfMessagesPublished, align: 'right'},
      {header: 'delivered', value: topic => topic.numberOfNotificationsDelivered, align: 'right'},
      {header: 'filtered out', value: topic => topic.numberOfNotificationsFilteredOut, align: 'right'},
      {header: 'failed', value: topic => topic.numberOfNotificationsFailed, align: 'right'},
    ],
    rows: topics,
    empty: 'The local AWS holds no topic.',
  })
}

export default class SandboxStatus extends OpsCommand {
  static override description =
    'Shows the running local AWS: where it listens, what time it is there, the faults that are set and its queues and topics in every account and region.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  static override summary = 'Show the state of the local AWS.'

  async run(): Promise<void> {
    const {services, ...state} = await new SandboxControl({env: process.env, signal: this.signal}).state()
    this.out.result({...state, queues: queuesOf({services}), topics: topicsOf({services})}, view)
  }
}
