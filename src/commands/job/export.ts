import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {exportLines} from '../../lib/jobs/export-job.js'
import {readJournalArgument} from '../../lib/jobs/job-argument.js'
import {localState} from '../../lib/redrive/journal/journals.js'
import {exportView} from '../../lib/jobs/result.js'
import {ExitCode} from '../../lib/ops-error.js'

export default class JobExport extends OpsCommand {
  static override args = {
    job: string({description: 'Job id or path of a journal.', required: true}),
  }

  static override description = `Writes the records of a journal, one message each, in their order: the header, each send before it was made, what became of it, each delete, and how the run ended. Journals hold no bodies, credentials or receipt handles. The memory needed does not grow with the journal, except with --query.

A journal that is damaged is written up to the damage, which is the last record (exit 1).`

  static override examples = [
    '<%= config.bin %> job export rd-20261121-0412-k3f9 --output ndjson > run.ndjson',
    '<%= config.bin %> job export host-a.wal --output ndjson | jq -r \'select(.record == "sent").newMessageId\'',
  ]

  static override summary = 'Write the records of a journal'

  async run(): Promise<void> {
    const {args} = await this.parse(JobExport)
    const journal = await readJournalArgument(args.job, localState(process.env))
    const records = this.out.stream(exportView({job: journal.job ?? null, path: journal.path}))
    for await (const record of exportLines(journal, {signal: this.signal})) {
      if (record.record === 'damaged') {
        this.out.warn(record.message)
        this.exitWith(ExitCode.failed)
      }
      await records.add(record)
    }
    records.end()
  }
}
