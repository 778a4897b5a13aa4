import {string as text} from '@oclif/core/args'
import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {assertWritable} from '../../lib/cli/read-only.js'
import {cancelJob, consentToCancel, findCancellation} from '../../lib/jobs/cancel-job.js'
import {localState} from '../../lib/redrive/journal/journals.js'
import {realPause} from '../../lib/jobs/pause.js'
import {cancelReport} from '../../lib/jobs/reports.js'
import {cancelView} from '../../lib/jobs/result.js'

export default class JobCancel extends OpsCommand {
  static override args = {
    job: text({description: 'Job id, or handle of a move task.'}),
  }

  static override description = `Ends a redrive for good. What was moved stays moved, and what was not stays in the dead-letter queue.

A job of the client engine that runs on this machine is asked to stop (SIGTERM): it finishes the batches under way and gives back the rest. Then its journal is marked cancelled, so that it is not offered for resume; of an interrupted job the messages that may exist twice are listed first (exit 9). A move task is cancelled in AWS, and what it came to is waited for. A job that has ended already is left as it is (exit 0). --timeout bounds the wait.`

  static override examples = [
    '<%= config.bin %> job cancel rd-20261121-0412-k3f9',
    '<%= config.bin %> job cancel --dlq orders-dlq --yes',
  ]

  static override flags = {
    dlq: string({description: 'The move task of this dead-letter queue (name, URL or ARN).', helpValue: '<queue>'}),
  }

  static override summary = 'End a redrive for good'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(JobCancel)
    assertWritable(flags['read-only'], process.env, 'cancels no job')
    const {signal} = this
    const options = {state: localState(process.env), aws: () => this.aws, signal}
    const found = await findCancellation({job: args.job, dlq: flags.dlq}, options)
    const consent = consentToCancel(found)
    if (consent !== undefined) await this.confirm({level: 'moderate', ...consent})
    const result = await cancelJob(found, {
      ...options,
      version: this.config.version,
      pause: realPause,
      progress: line => this.out.progress(line),
    })
    const report = cancelReport(result)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(result, cancelView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
