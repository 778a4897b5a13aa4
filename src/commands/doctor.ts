import {OpsCommand} from '../lib/cli/base-command.js'
import {examine} from '../lib/doctor/examine.js'
import {examinationView} from '../lib/doctor/result.js'
import {listEveryJob} from '../lib/jobs/list-jobs.js'
import {ExitCode} from '../lib/ops-error.js'
import {localState} from '../lib/redrive/journal/journals.js'

export default class Doctor extends OpsCommand {
  static override description = `Looks for what a crash, a kill -9 or a second Ctrl-C left behind, and names the command that sees to each: temporary queues of topic tail and filter test --live in the account and region, found by their tags, and redrives of this machine that were cut off or whose journal is damaged. What may still be in use is not listed. Changes nothing.

Exit code: 0 whether or not there is a finding, 3 when not all could be looked at.`

  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json --query findings[].next']

  static override summary = 'Find what crashes left behind'

  async run(): Promise<void> {
    await this.parse(Doctor)
    const {aws, out, signal} = this
    const sources = {state: localState(process.env), aws: () => aws, signal}
    const {jobs} = await listEveryJob(sources, {local: true})
    const examination = await examine(aws, jobs, {commandLine: words => this.commandLine(words), signal})
    for (const warning of examination.incomplete) out.warn(warning)
    out.result(examination, examinationView)
    if (examination.incomplete.length > 0) this.exitWith(ExitCode.partial)
  }
}
