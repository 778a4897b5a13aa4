import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {listDlqs} from '../../lib/dlq/list-dlqs.js'
import {dlqListReport} from '../../lib/dlq/reports.js'
import {dlqListView} from '../../lib/dlq/result.js'

export default class DlqList extends OpsCommand {
  static override aliases = ['dlq:ls']

  static override description =
    'Lists the dead-letter queues of the account and region, the deepest first: every queue that a redrive policy names, and queues whose name says that they are one (functions, topics and rules fail into those). No message is received.'

  static override examples = [
    '<%= config.bin %> dlq list',
    '<%= config.bin %> dlq list --prefix orders',
    "<%= config.bin %> dlq list --json --query 'dlqs[?approximateNumberOfMessages > `0`].name'",
  ]

  static override flags = {
    limit: countFlag({description: 'List this many at most.', min: 1}),
    prefix: string({description: 'Only dead-letter queues whose name starts so.', helpValue: '<text>'}),
  }

  static override summary = 'List dead-letter queues, the deepest first'

  async run(): Promise<void> {
    const {flags} = await this.parse(DlqList)
    const list = await listDlqs(this.aws, {prefix: flags.prefix, limit: flags.limit, signal: this.signal})
    const report = dlqListReport(list)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(list, dlqListView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
