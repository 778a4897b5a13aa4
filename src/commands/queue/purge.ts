import {string} from '@oclif/core/args'
import {boolean} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {countDown, planPurge, purgeDetails, purgeQueue} from '../../lib/queues/purge-queue.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {purgeView} from '../../lib/queues/result.js'

export default class QueuePurge extends OpsCommand {
  static override args = {queue: string({description: 'Name, URL or ARN of the queue.', required: true})}

  static override description =
    'Deletes all messages of a queue, those in flight and delayed included. There is no undo. The name of the queue has to be typed, or given with --confirm. SQS takes up to 60 seconds, in which messages may still be received and new ones may be deleted; it takes one purge of a queue in 60 seconds.'

  static override examples = [
    '<%= config.bin %> queue purge orders-test --dry-run',
    '<%= config.bin %> queue purge orders-test --confirm orders-test',
  ]

  static override flags = {
    'dry-run': boolean({description: 'Show what would be deleted and delete nothing.'}),
    grace: durationFlag({
      description:
        'Wait this long after the confirmation, so that Ctrl-C can still stop it (default: 10s on a terminal, else 0).',
      min: 0,
      max: 3600,
    }),
  }

  static override summary = 'Delete all messages of a queue'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(QueuePurge)
    const queue = await resolveQueue(this.aws, args.queue, {signal: this.signal})
    const plan = await planPurge(this.aws, queue, {signal: this.signal})
    if (flags['dry-run']) {
      this.out.result(plan, purgeView)
      return
    }
    const question = `Delete all messages of ${queue.name} for good?`
    await this.confirm({level: 'severe', question, details: purgeDetails(plan), name: queue.name})
    const tick = (left: number): void => this.out.progress(`Purging ${queue.name} in ${left} s; Ctrl-C stops it`)
    await countDown(flags.grace ?? (process.stderr.isTTY ? 10 : 0), {signal: this.signal, tick})
    this.out.result(await purgeQueue(this.aws, plan, {signal: this.signal}), purgeView)
    this.out.note('SQS takes up to 60 seconds; until then messages may still be received, and new ones may be deleted.')
  }
}
