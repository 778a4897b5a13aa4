import {string} from '@oclif/core/args'
import {boolean} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag, durationFlag} from '../../lib/cli/flags.js'
import {selectionFlags, selectionOf} from '../../lib/cli/selection-flags.js'
import {peekQueue} from '../../lib/queues/peek-queue.js'
import {peekReport} from '../../lib/queues/reports.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {peekView} from '../../lib/queues/result.js'

export default class QueuePeek extends OpsCommand {
  static override args = {queue: string({description: 'Name, URL or ARN of the queue.', required: true})}

  static override description = `Receives messages with all their attributes and gives them back at once, also after Ctrl-C. SQS has no other way to look: each receive raises the message's receive count by one, and the messages of a FIFO group wait while it is held.

On a queue with a redrive policy a peek can bring a message nearer to its dead-letter queue. With maxReceiveCount 1 the peek refuses (exit 7). Otherwise it reads a standard queue one message at a time and ends at the first one that its next receive would dead-letter (exit 3, with the message named); --force reads on. A message that has already used up its receives is moved by any receive, this one included.

With a selection only messages that match are shown: up to --scan messages are received until --max of them match, and all are given back. A message of which it cannot be told whether it matches is not shown, and is warned of (exit 3).`

  static override examples = [
    '<%= config.bin %> queue peek orders-dlq',
    '<%= config.bin %> queue peek orders-dlq --max 3 --full',
    '<%= config.bin %> queue peek orders-dlq --max 100 --json --query "messages[].body"',
    `<%= config.bin %> queue peek orders-dlq --where "body.type == 'refund'" --older-than 2h`,
  ]

  static override flags = {
    force: boolean({description: 'Peek although it may use up the last receive of a message.'}),
    full: boolean({description: 'Show each message whole, with its attributes.'}),
    max: countFlag({description: 'Show this many messages at most.', default: 10, min: 1, max: 1000}),
    scan: countFlag({
      description: 'With a selection: look at this many messages at most (default: 1000).',
      min: 1,
      max: 10_000,
      relationships: [{type: 'some', flags: Object.keys(selectionFlags)}],
    }),
    wait: durationFlag({
      description: 'Wait this long for messages that are not there yet.',
      default: 1,
      min: 1,
      max: 20,
    }),
    ...selectionFlags,
  }

  static override summary = 'Look at messages of a queue and give them back'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(QueuePeek)
    const {max, scan, wait: waitSeconds, force} = flags
    const selection = await selectionOf(flags)
    const queue = await resolveQueue(this.aws, args.queue, {signal: this.signal})
    const result = await peekQueue(this.aws, queue, {max, selection, scan, waitSeconds, force, signal: this.signal})
    const report = peekReport(result)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(result, peekView({full: flags.full}))
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
