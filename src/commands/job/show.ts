import {string as text} from '@oclif/core/args'
import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {environmentSwitch} from '../../lib/cli/environment.js'
import {connectionInUse} from '../../lib/jobs/connection.js'
import {localState} from '../../lib/redrive/journal/journals.js'
import {jobReport, mergedReport} from '../../lib/jobs/reports.js'
import {jobView, mergedView} from '../../lib/jobs/result.js'
import {showJobs} from '../../lib/jobs/show-jobs.js'

export default class JobShow extends OpsCommand {
  static override args = {
    job: text({description: 'Job id, path of a journal, or handle of a move task.', multiple: true}),
  }

  static override description = `Shows what is known of a redrive: where it stands, what it moved, who runs it, every message that may exist twice, and what to do next.

Of several journals the reports are merged: redrives of one source that ran on many hosts, each with its own journal, copied here as files. Messages are counted once, and each that more than one of them sent, or may have sent, is listed with its copies. Journals of different sources or accounts are refused (exit 2).

AWS tells the handle of a move task only while it runs; --dlq shows the task of a queue, the running one or else the last.`

  static override examples = [
    '<%= config.bin %> job show rd-20261121-0412-k3f9',
    '<%= config.bin %> job show --dlq orders-dlq',
    '<%= config.bin %> job show host-a.wal host-b.wal host-c.wal --json',
  ]

  static override flags = {
    dlq: string({description: 'The move task of this dead-letter queue (name, URL or ARN).', helpValue: '<queue>'}),
  }

  static override summary = 'Show a redrive, or merge those of several hosts'

  async run(): Promise<void> {
    const {args, flags, raw} = await this.parse(JobShow)
    const typed = raw.some(token => token.type === 'flag' && token.flag === 'sandbox')
    const sandbox = typed || environmentSwitch(process.env, 'MSGOPS_SANDBOX')
    const inUse = connectionInUse({sandbox, typed}, process.env)
    const sources = {state: localState(process.env), aws: () => this.aws, signal: this.signal, inUse}
    const shown = await showJobs(args.job ?? [], flags.dlq, sources)
    const report = shown.kind === 'job' ? jobReport(shown.detail) : mergedReport(shown.merged)
    for (const warning of report.warnings) this.out.warn(warning)
    if (shown.kind === 'job') this.out.result(shown.detail, jobView)
    else this.out.result(shown.merged, mergedView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
