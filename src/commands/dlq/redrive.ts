import {string as text} from '@oclif/core/args'
import {boolean, custom, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {consentTo, dryRunOf} from '../../lib/redrive/consent.js'
import {followRedrive} from '../../lib/redrive/follow.js'
import {prepareRedrive} from '../../lib/redrive/preflight.js'
import {parseRate} from '../../lib/redrive/rate.js'
import {followTask, redrive} from '../../lib/redrive/redrive.js'
import {redriveReport} from '../../lib/redrive/reports.js'
import {dryRunView, redriveView} from '../../lib/redrive/result.js'

const TUNING = ['to', 'max', 'rate', 'concurrency', 'dry-run', 'no-wait']

export default class DlqRedrive extends OpsCommand {
  static override args = {dlq: text({description: 'Name, URL or ARN of the dead-letter queue.', required: true})}

  static override description = `Moves messages from a dead-letter queue back to the queue they came from, or to another queue of the same type.

Two engines. AWS's own move task runs in AWS and sends each message to the queue it came from; it is taken unless something is asked that it cannot do, and Ctrl-C cancels it. The client engine receives, verifies, sends once, verifies again and only then deletes: a message is deleted only when its copy is known to be in the destination. Which engine is taken, and why, is said before the question.

A message whose send had no known outcome stays in the dead-letter queue and is listed under possibleDuplicates (exit 9). New are MessageId, sent time and receive count, as with AWS's engine. What arrives after the start stays. Ctrl-C finishes the batch under way and gives back the rest (exit 130).`

  static override examples = [
    '<%= config.bin %> dlq redrive orders-dlq --dry-run',
    '<%= config.bin %> dlq redrive orders-dlq --max 10 --yes',
    '<%= config.bin %> dlq redrive orders-dlq --to orders-retry --rate 50/s --output ndjson --yes',
  ]

  static override flags = {
    attach: boolean({
      description: 'Follow the move task that is running already; Ctrl-C leaves it running.',
      exclusive: TUNING,
    }),
    concurrency: countFlag({
      description: 'Workers of the client engine (default: 8; a FIFO queue has one).',
      min: 1,
      max: 100,
    }),
    'dry-run': boolean({description: 'Show the plan and the counts; receive nothing and change nothing.'}),
    engine: option({options: ['auto', 'native', 'client'] as const})({
      description: "AWS's engine or ours (default: auto).",
      default: 'auto',
    }),
    max: countFlag({description: 'Move this many messages at most (client engine).', min: 1}),
    'no-wait': boolean({description: 'Return as soon as AWS has taken the move task.'}),
    rate: custom<number>({
      description: 'Messages per second at most.',
      helpValue: '<n/s>',
      parse: input => Promise.resolve(parseRate(input)),
    })(),
    to: string({description: 'Name, URL or ARN of the queue to move to.', helpValue: '<queue>'}),
  }

  static override summary = 'Move messages of a dead-letter queue back to where they came from'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DlqRedrive)
    const {engine, max, rate: perSecond, concurrency, to, attach} = flags
    const {aws, signal} = this
    const prepared = attach
      ? undefined
      : await prepareRedrive(aws, {
          source: args.dlq,
          to,
          wishes: {engine, max, perSecond, concurrency, wait: !flags['no-wait']},
          signal,
        })
    if (prepared !== undefined && flags['dry-run']) {
      this.out.result(await dryRunOf(aws, prepared.plan), dryRunView)
      return
    }
    if (prepared !== undefined) await this.confirm({level: 'moderate', ...(await consentTo(aws, prepared.plan))})
    const events =
      prepared === undefined
        ? followTask(aws, await resolveQueue(aws, args.dlq, {signal}), {signal})
        : redrive(aws, prepared, {wait: !flags['no-wait'], signal})
    const summary = await followRedrive(events, this.out)
    const report = redriveReport(summary)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(summary, redriveView)
    for (const note of report.notes) this.out.note(note)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
