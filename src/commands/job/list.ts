import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {JOB_STATES} from '../../lib/jobs/job.js'
import {listEveryJob} from '../../lib/jobs/list-jobs.js'
import {localState} from '../../lib/redrive/journal/journals.js'
import {jobListReport} from '../../lib/jobs/reports.js'
import {jobListView} from '../../lib/jobs/result.js'

export default class JobList extends OpsCommand {
  static override aliases = ['job:ls']

  static override description = `Lists redrives, the newest first: those of the client engine that this machine has a journal of, whatever their account and region, and AWS's move tasks of the account and region, of which AWS keeps the last ten of each dead-letter queue.

Without a region, credentials or a connection the journals are listed all the same, with a warning and exit 3; --local asks for no more than that.`

  static override examples = [
    '<%= config.bin %> job list',
    '<%= config.bin %> job list --state interrupted --state running',
    '<%= config.bin %> job list --dlq orders-dlq --json',
  ]

  static override flags = {
    dlq: string({
      description: 'Only jobs of this dead-letter queue (name, URL or ARN); may be given again.',
      helpValue: '<queue>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    local: boolean({description: 'Only the journals of this machine; AWS is not asked.'}),
    state: option({options: JOB_STATES, multiple: true, multipleNonGreedy: true})({
      description: 'Only jobs in this state; may be given again.',
    }),
  }

  static override summary = 'List redrives, the newest first'

  async run(): Promise<void> {
    const {flags} = await this.parse(JobList)
    const {dlq: dlqs, state: states, local} = flags
    const sources = {state: localState(process.env), aws: () => this.aws, signal: this.signal}
    const list = await listEveryJob(sources, {dlqs, states, local})
    const report = jobListReport(list, dlq => this.commandLine(['job', 'show', '--dlq', dlq]))
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(list, jobListView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
