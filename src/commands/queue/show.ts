import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {showReport} from '../../lib/queues/reports.js'
import {queueDetailView} from '../../lib/queues/result.js'
import {showQueue} from '../../lib/queues/show-queue.js'

export default class QueueShow extends OpsCommand {
  static override args = {queue: string({description: 'Name, URL or ARN of the queue.', required: true})}

  static override description =
    'Shows depth, settings, encryption, access policy, tags, the dead-letter queue, the queues that dead-letter to this one, and findings: settings that lose messages, process them twice or let anybody in. Nothing is received. A part that may not be read is left out with a warning, and the exit code is 3.'

  static override examples = [
    '<%= config.bin %> queue show orders',
    '<%= config.bin %> queue show orders --json --query findings',
  ]

  static override summary = 'Show a queue, its dead-letter queue and sources, and what is wrong with its settings'

  async run(): Promise<void> {
    const {args} = await this.parse(QueueShow)
    const queue = await resolveQueue(this.aws, args.queue, {signal: this.signal})
    const detail = await showQueue(this.aws, queue, {signal: this.signal})
    const report = showReport(detail)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(detail, queueDetailView)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
