import {string} from '@oclif/core/args'
import {boolean} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {selectionFlags, selectionOf} from '../../lib/cli/selection-flags.js'
import {dlqShowReport} from '../../lib/dlq/reports.js'
import {dlqDetailView} from '../../lib/dlq/result.js'
import {showDlq} from '../../lib/dlq/show-dlq.js'

export default class DlqShow extends OpsCommand {
  static override args = {dlq: string({description: 'Name, URL or ARN of the dead-letter queue.', required: true})}

  static override description = `Receives a sample of the messages, groups them by what went wrong, and gives them back, also after Ctrl-C. What went wrong is read from the attributes that Lambda, SNS and EventBridge set, from attributes and fields with the usual names, and else from the shape of the body; ids, numbers, times and the like count as the same. A group keeps its id from run to run.

To look is to receive: the receive count of each message in the sample rises by one, and consumers do not see it meanwhile. A dead-letter queue with a redrive policy of its own is refused (exit 7) unless --force is given, because a receive could move its messages on.

With a selection only messages that match are grouped; how many of the sample match is said. A message of which it cannot be told whether it matches is in no group, and is warned of (exit 3).`

  static override examples = [
    '<%= config.bin %> dlq show orders-dlq',
    '<%= config.bin %> dlq show orders-dlq --all --json --query "groups[].{id: id, count: count}"',
    '<%= config.bin %> dlq show orders-dlq --match timeout --newer-than 1d',
  ]

  static override flags = {
    all: boolean({description: 'Look at every message instead of a sample.', exclusive: ['sample']}),
    force: boolean({description: 'Look although a receive could move messages on.'}),
    sample: countFlag({description: 'Look at this many messages at most (default: 100).', min: 1, max: 100_000}),
    ...selectionFlags,
  }

  static override summary = 'Group the messages of a dead-letter queue by error'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DlqShow)
    const detail = await showDlq(this.aws, args.dlq, {
      selection: await selectionOf(flags),
      sample: flags.all ? undefined : (flags.sample ?? 100),
      force: flags.force,
      signal: this.signal,
      progress: count => this.out.progress(`Received ${count} messages`),
    })
    const report = dlqShowReport(detail)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(detail, dlqDetailView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
