import {OpsCommand} from '../lib/cli/base-command.js'
import {examine} from '../lib/doctor/examine.js'
import {examinationView} from '../lib/doctor/result.js'
import {ExitCode} from '../lib/ops-error.js'
import {localState} from '../lib/redrive/journal/journals.js'

export default class Doctor extends OpsCommand {
  static override description = `Looks for what a crash, a kill -9 or a second Ctrl-C left behind, and names the command that sees to each: temporary queues of topic tail and filter test --live in the account and region, found by their tags, and redrives of this machine that were cut off or whose journal is damaged. What may still be in use is not listed. Changes nothing.

Without a region, credentials or a connection the journals are looked at all the same, with a warning. Exit code: 0 whether or not there is a finding, 3 when not all could be looked at.`

  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json --query findings[].next']

  static override summary = 'Find what crashes left behind'

  async run(): Promise<void> {
    await this.parse(Doctor)
    const {out, signal} = this
    const commandLine = (words: readonly string[]): string => this.commandLine(words)
    const examination = await examine({state: localState(process.env), aws: () => this.aws, commandLine, signal})
    for (const warning of examination.incomplete) out.warn(warning)
    out.result(examination, examinationView({forPerson: out.mode === 'table'}))
    if (examination.incomplete.length > 0) this.exitWith(ExitCode.partial)
  }
}
