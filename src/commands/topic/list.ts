import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {listTopics} from '../../lib/topics/list-topics.js'
import {listReport} from '../../lib/topics/reports.js'
import {topicListView} from '../../lib/topics/result.js'

export default class TopicList extends OpsCommand {
  static override aliases = ['topic:ls']

  static override description =
    'Lists every topic of the account and region, past the 100 that ListTopics returns at once, with its confirmed and pending subscriptions. A topic whose attributes may not be read stays in the list, and the exit code is 3.'

  static override examples = [
    '<%= config.bin %> topic list',
    '<%= config.bin %> topic list --prefix orders --json --query "topics[].arn"',
  ]

  static override flags = {
    limit: countFlag({description: 'List at most this many topics (default: all).', min: 1}),
    prefix: string({description: 'Only topics whose name begins with this; letter case counts.', helpValue: '<text>'}),
  }

  static override summary = 'List topics with their subscriptions counted'

  async run(): Promise<void> {
    const {flags} = await this.parse(TopicList)
    const list = await listTopics(this.aws, {prefix: flags.prefix, limit: flags.limit, signal: this.signal})
    const report = listReport(list)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(list, topicListView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
