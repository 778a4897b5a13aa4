import {string as text} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {consentTo} from '../../lib/redrive/consent.js'
import {journalsOf} from '../../lib/redrive/journal/journals.js'
import {prepareRedrive} from '../../lib/redrive/preflight.js'
import {redrive} from '../../lib/redrive/redrive.js'
import {showRedrive, tellingTo} from '../../lib/redrive/result.js'
import {readResumableJob} from '../../lib/redrive/resume.js'

export default class JobResume extends OpsCommand {
  static override args = {job: text({description: 'The job, as job list shows it.', required: true})}

  static override description = `Goes on with a redrive of the client engine that was interrupted, stopped or killed, from its journal: what is known to be in the destination is only deleted, what was never sent is sent, and what may have been sent is treated as --on-unknown said. Resuming a job of which every message is settled changes nothing; one that ended with messages in doubt takes these up again.

The journal is bound to the account, the region, the queues and the selection it was begun with; where one of them differs now it is refused (exit 7).`

  static override examples = ['<%= config.bin %> job resume rd-20261121-0412-sfyg']

  static override summary = 'Go on with a redrive after an interruption or a crash'

  async run(): Promise<void> {
    const {args} = await this.parse(JobResume)
    const {aws, signal} = this
    const journal = journalsOf(process.env, this.config.version)
    const {source, request} = await readResumableJob(args.job, journal.state)
    const {toProfile: profile, toRegion: region} = request
    const toAws = profile === undefined && region === undefined ? undefined : this.connectTo({profile, region})
    const fresh = await prepareRedrive({aws, toAws}, {source, request, signal})
    const prepared = {...fresh, plan: {...fresh.plan, reason: 'it is the engine of the job'}}
    await this.confirm({level: 'moderate', ...(await consentTo(aws, prepared, args.job))})
    const events = redrive(aws, prepared, {signal, journal, env: process.env, ...tellingTo(this.out), resume: args.job})
    const exitCode = await showRedrive(events, this.out, job => this.commandLine(['job', 'resume', job]))
    if (exitCode !== undefined) this.exitWith(exitCode)
  }
}
