import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {localState} from '../../lib/redrive/journal/journals.js'
import {verifyReport} from '../../lib/jobs/reports.js'
import {verifyView} from '../../lib/jobs/result.js'
import {verifyJournals} from '../../lib/jobs/verify-journals.js'

export default class JobVerify extends OpsCommand {
  static override args = {
    job: string({description: 'Job id or path of a journal.', multiple: true, required: true}),
  }

  static override description = `Checks journals from the first byte to the last: the checksum of every line, the chain of the lines, the counts they carry, and whether the records follow the protocol (no second send where a copy is recorded, no delete without one). Nothing is changed and AWS is not asked.

A torn end is what a crash leaves and costs nothing (exit 0). Damage anywhere else is listed with line and byte (exit 1): such a journal cannot be resumed. Of several, each is judged: one that is no journal, or not there, is called unreadable, and its exit code (2, 5) is that of the command where none is damaged.`

  static override examples = [
    '<%= config.bin %> job verify rd-20261121-0412-k3f9',
    '<%= config.bin %> job verify /mnt/backup/runs/*.wal --json',
  ]

  static override summary = 'Check journals for damage'

  async run(): Promise<void> {
    const {args} = await this.parse(JobVerify)
    const verification = await verifyJournals(args.job, localState(process.env))
    const report = verifyReport(verification)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(verification.verified, verifyView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
