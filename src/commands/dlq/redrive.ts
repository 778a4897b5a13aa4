import {string as text} from '@oclif/core/args'
import {boolean, custom, option} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {destinationFlags, paceFlags, planFlags, redriveFlags} from '../../lib/cli/redrive-flags.js'
import {selectionFlags, selectionOf} from '../../lib/cli/selection-flags.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {savePlan} from '../../lib/redrive/apply.js'
import {consentTo, dryRunOf} from '../../lib/redrive/consent.js'
import type {RedriveEvent} from '../../lib/redrive/events.js'
import {journalsOf} from '../../lib/redrive/journal/journals.js'
import {prepareRedrive} from '../../lib/redrive/preflight.js'
import {parseRate} from '../../lib/redrive/rate.js'
import {followTask, redrive} from '../../lib/redrive/redrive.js'
import {requestOf} from '../../lib/redrive/request.js'
import {dryRunView, showRedrive, tellingTo} from '../../lib/redrive/result.js'

const TUNING = [
  ...['rate', 'dry-run'],
  ...Object.keys({...paceFlags, ...destinationFlags, ...selectionFlags, ...redriveFlags, ...planFlags}),
]

export default class DlqRedrive extends OpsCommand {
  static override args = {dlq: text({description: 'Name, URL or ARN of the dead-letter queue.', required: true})}

  static override description = `Moves messages from a dead-letter queue back to the queues they came from, or to another queue of the same type.

Two engines. AWS's own move task runs in AWS and sends each message to the queue it came from; it is taken unless something is asked that it cannot do, and Ctrl-C cancels it. The client engine receives, verifies, records in a journal, sends once, verifies and records again, and only then deletes: a message is deleted only when its copy is known to be in the destination. Which engine is taken, and why, is said before the question.

Every selected message is delivered at least once, or stays. One that may exist twice is listed under possibleDuplicates (exit 9; 3 where it is still in the queue). New are MessageId, sent time and receive count, as with AWS's engine. What is not selected, or arrives after the start, is held meanwhile and stays. Ctrl-C finishes the batch under way and gives back the rest (exit 75); msgops job resume goes on, also after a crash.`

  static override examples = [
    '<%= config.bin %> dlq redrive orders-dlq --dry-run',
    '<%= config.bin %> dlq redrive orders-dlq --canary 10 --yes',
    `<%= config.bin %> dlq redrive orders-dlq --where "body.type == 'refund'" --older-than 2h`,
    '<%= config.bin %> dlq redrive orders-dlq --to orders-retry --rate 50/s --output ndjson --yes',
  ]

  static override flags = {
    attach: boolean({
      description: 'Follow the move task that is running already; Ctrl-C leaves it running.',
      exclusive: TUNING,
    }),
    'dry-run': boolean({description: 'Show the plan and the counts; receive nothing and change nothing.'}),
    engine: option({options: ['auto', 'native', 'client'] as const})({
      description: "AWS's engine or ours (default: auto).",
      default: 'auto',
    }),
    rate: custom<number>({
      description: 'Messages per second at most.',
      helpValue: '<n/s>',
      parse: input => Promise.resolve(parseRate(input)),
    })(),
    ...paceFlags,
    ...destinationFlags,
    ...selectionFlags,
    ...redriveFlags,
    ...planFlags,
  }

  static override summary = 'Move messages of a dead-letter queue back to where they came from'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DlqRedrive)
    const {aws, signal} = this
    if (flags.attach) return this.show(followTask(aws, await resolveQueue(aws, args.dlq, {signal}), {signal}))
    const request = requestOf(flags, await selectionOf(flags, {asks: true}))
    const {toProfile: profile, toRegion: region} = request
    const toAws = profile === undefined && region === undefined ? undefined : this.connectTo({profile, region})
    const journal = journalsOf(process.env, this.config.version)
    const prepared = await prepareRedrive({aws, toAws}, {source: args.dlq, request, state: journal.state, signal})
    if (flags['dry-run']) {
      this.out.result(await dryRunOf(aws, prepared), dryRunView)
      return
    }
    if (flags.plan !== undefined) {
      const saved = await savePlan(aws, prepared, {file: flags.plan, flags, version: this.config.version})
      this.out.result(saved, dryRunView)
      this.out.note(`To carry it out: ${this.commandLine(['job', 'apply', saved.planFile.path])}`)
      return
    }
    await this.confirm({level: 'moderate', ...(await consentTo(aws, prepared))})
    await this.show(redrive(aws, prepared, {signal, journal, env: process.env, ...tellingTo(this.out)}))
  }

  private async show(events: AsyncGenerator<RedriveEvent, void>): Promise<void> {
    const resume = (job: string): string => this.commandLine(['job', 'resume', job])
    const exitCode = await showRedrive(events, this.out, resume)
    if (exitCode !== undefined) this.exitWith(exitCode)
  }
}
