import {string as stringArg} from '@oclif/core/args'
import {boolean, integer, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {table, type View} from '../../lib/output/view.js'
import {SandboxControl} from '../../sandbox/control-client.js'
import type {FaultList} from '../../sandbox/control/protocol.js'
import {refuseFaultFlags, ruleFromFlags} from '../../sandbox/faults/rule-flags.js'
import {FAULT_KINDS} from '../../sandbox/faults/rule.js'

const view: View<FaultList> = {
  blocks: ({faults}) => [
    table({
      columns: [
        {header: 'id', value: fault => fault.id},
        {header: 'kind', value: fault => fault.kind},
        {
          header: 'requests',
          value: fault => [fault.service ?? '*', fault.action ?? '*', fault.resource ?? '*'].join(' '),
        },
        {header: 'times', value: fault => fault.times ?? 'always', align: 'right'},
        {header: 'rate', value: fault => fault.rate ?? 1, align: 'right'},
        {header: 'seen', value: fault => fault.seen, align: 'right'},
        {header: 'hits', value: fault => fault.hits, align: 'right'},
      ],
      rows: faults,
      empty: 'No fault is set.',
    }),
  ],
  items: ({faults}) => faults,
}

export default class SandboxFault extends OpsCommand {
  static override args = {
    act: stringArg({
      description: 'list the faults, add one, or clear them.',
      options: ['list', 'add', 'clear'],
      default: 'list',
    }),
    id: stringArg({description: 'The one fault to clear.'}),
  }

  static override description =
    'Makes the running local AWS fail on purpose: errors, throttling, lost replies, cut and silent connections, wrong digests, batches that fail in part. A fault hits the requests that match everything given.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> add --kind throttle --action ReceiveMessage --times 3',
    '<%= config.bin %> <%= command.id %> add --kind reset-after --action SendMessageBatch --queue orders --rate 0.1 --seed 7',
    '<%= config.bin %> <%= command.id %> clear',
  ]

  static override flags = {
    kind: option({options: FAULT_KINDS})({description: 'What happens to the request.'}),
    service: string({description: 'Only requests to this service, e.g. sqs, sns or lambda.'}),
    action: string({description: 'Only this operation, e.g. SendMessageBatch.'}),
    queue: string({description: 'Only requests about the queue, topic or function of this name.'}),
    times: integer({min: 0, description: 'Hit this many requests, then no more. Without it: always.'}),
    skip: integer({min: 0, description: 'Let this many matching requests through first.'}),
    rate: string({description: 'Probability from 0 to 1 that a matching request is hit.', helpValue: '<0..1>'}),
    seed: integer({min: 0, description: 'Seed of the dice behind --rate; the same seed hits the same requests.'}),
    latency: integer({min: 0, description: 'Milliseconds to wait, before it takes effect; after, with --applied.'}),
    applied: boolean({
      description: 'It takes effect all the same: error, hang, slow, partial-batch.',
      default: undefined,
    }),
    code: string({description: 'Error code to answer with, in place of the usual one of the kind.'}),
    status: integer({description: 'HTTP status to answer with.', min: 400, max: 599}),
    message: string({description: 'Error message to answer with.'}),
    entries: integer({min: 0, description: 'Entry that fails in a partial-batch, counted from 0.', multiple: true}),
    skew: integer({min: 0, description: 'How many seconds the Date header is ahead.', helpValue: '<seconds>'}),
  }

  static override summary = 'List, add or clear faults of the local AWS.'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(SandboxFault)
    const control = new SandboxControl({env: process.env, signal: this.signal, readOnly: flags['read-only']})
    if (args.act === 'add') this.out.result(await control.addFault(ruleFromFlags(flags)), view)
    else {
      refuseFaultFlags(args.act, flags)
      this.out.result(args.act === 'list' ? await control.faults() : await control.clearFaults(args.id), view)
    }
  }
}
