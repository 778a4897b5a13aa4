import {option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {listQueues} from '../../lib/queues/list-queues.js'
import {listReport} from '../../lib/queues/reports.js'
import {queueListView} from '../../lib/queues/result.js'

export default class QueueList extends OpsCommand {
  static override aliases = ['queue:ls']

  static override description =
    'Lists every queue of the account and region, past the 1,000 that ListQueues returns at once. Counts are approximate, as AWS gives them. A queue whose attributes may not be read stays in the list, and the exit code is 3.'

  static override examples = [
    '<%= config.bin %> queue list',
    '<%= config.bin %> queue list --prefix orders --sort messages --json',
  ]

  static override flags = {
    limit: countFlag({description: 'List at most this many queues (default: all).', min: 1}),
    prefix: string({description: 'Only queues whose name begins with this; letter case counts.', helpValue: '<text>'}),
    sort: option({options: ['name', 'messages'] as const})({
      description: 'By name, or the deepest queues first (which then are the ones that --limit keeps).',
      default: 'name',
    }),
  }

  static override summary = 'List queues with their depth'

  async run(): Promise<void> {
    const {flags} = await this.parse(QueueList)
    const list = await listQueues(this.aws, {
      prefix: flags.prefix,
      limit: flags.limit,
      sort: flags.sort,
      signal: this.signal,
    })
    const report = listReport(list)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(list, queueListView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
