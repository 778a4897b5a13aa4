import {string as text} from '@oclif/core/args'
import {boolean} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {announcementOf, preparePlanned} from '../../lib/redrive/apply.js'
import {dryRunOf} from '../../lib/redrive/consent.js'
import {journalsOf} from '../../lib/redrive/journal/journals.js'
import {readPlanFile} from '../../lib/redrive/plan-file.js'
import {redrive} from '../../lib/redrive/redrive.js'
import {dryRunView, showRedrive, tellingTo} from '../../lib/redrive/result.js'

export default class JobApply extends OpsCommand {
  static override args = {plan: text({description: 'File that dlq redrive --plan wrote.', required: true})}

  static override description = `Carries out a redrive that was planned to a file: exactly what was asked then, by the same engine. The plan is the consent, so that nothing is asked and no --yes is needed.

It is refused (exit 7, PlanStale), with every difference named, when it has expired, when the account, the region or the endpoint is another one, when queues, redrive policies or settings have changed, when the number of messages is out of its range, and when the file was changed. A file that others may write to, or that belongs to someone else, is not read.

The file records nothing. To apply it again is refused where the first time left fewer messages than it is for.`

  static override examples = [
    '<%= config.bin %> dlq redrive orders-dlq --older-than 2h --plan orders.plan.json',
    '<%= config.bin %> job apply orders.plan.json --dry-run',
    '<%= config.bin %> job apply orders.plan.json',
  ]

  static override flags = {
    'dry-run': boolean({
      description: 'Say whether the plan still fits, and show it; receive nothing and change nothing.',
    }),
  }

  static override summary = 'Carry out a redrive that was planned to a file'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(JobApply)
    const {aws, signal} = this
    const plan = await readPlanFile(args.plan)
    const {toProfile: profile, toRegion: region} = plan.request
    const toAws = profile === undefined && region === undefined ? undefined : this.connectTo({profile, region})
    const prepared = await preparePlanned({aws, toAws}, plan, {now: new Date(), signal})
    if (flags['dry-run']) {
      this.out.result(await dryRunOf(aws, prepared), dryRunView)
      return
    }
    this.proceed(await announcementOf(aws, prepared, plan))
    const journal = journalsOf(process.env, this.config.version)
    const events = redrive(aws, prepared, {signal, journal, env: process.env, ...tellingTo(this.out)})
    const exitCode = await showRedrive(events, this.out, job => this.commandLine(['job', 'resume', job]))
    if (exitCode !== undefined) this.exitWith(exitCode)
  }
}
