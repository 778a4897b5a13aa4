import {string as text} from '@oclif/core/args'
import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag, durationFlag} from '../../lib/cli/flags.js'
import {readTextArgument} from '../../lib/cli/text-argument.js'
import {CLEAN_UP} from '../../lib/topics/left-behind.js'
import {cleanUpReport, leftoverNotes} from '../../lib/topics/reports.js'
import {resolveTopic, topicReference} from '../../lib/topics/resolve-topic.js'
import {assertCleanUpAllowed, cleanUp, cleanUpConsent, isToBeDone, planCleanUp} from '../../lib/topics/tail/clean-up.js'
import {findLeftovers, leftoversFound} from '../../lib/topics/tail/leftovers.js'
import {assertTailAllowed, planTail} from '../../lib/topics/tail/plan.js'
import {cleanUpView, leftBehindTeller, showTail, tailPlanView} from '../../lib/topics/tail/result.js'
import {assertTopicGiven, tailConsent, tailFilter, unseenWarnings} from '../../lib/topics/tail/request.js'
import {tailTopic} from '../../lib/topics/tail/tail-topic.js'

export default class TopicTail extends OpsCommand {
  static override args = {topic: text({description: 'Name or ARN of the topic; not needed with --clean-up.'})}

  static override description = `Shows the messages of a topic as they are published, by a queue and a subscription of its own. Both are made after a question, because they are visible to others in the account, and removed on every way out: Ctrl-C, an error, --max, --for, a reader that went away. What nobody could remove (a second Ctrl-C, a crash) carries tags; the next tail tells of it, and --clean-up removes it, after a question: queues whose process on this host is gone, or cannot be asked for and has not renewed its hour.

Only messages that are published after the start are seen; where the topic takes more than 256 KiB, one that does not fit into a queue with the envelope of SNS is not, unless --raw is given. SNS delivers at least once, so a message may come twice. Exit code: 5 when the topic, the queue or the subscription is deleted under way, 6 when --timeout ends it (--for ends it with 0), 3 when something could not be removed.`

  static override examples = [
    '<%= config.bin %> topic tail orders',
    `<%= config.bin %> topic tail orders --filter-policy '{"tenant":["acme"]}' --for 5m --yes`,
    '<%= config.bin %> topic tail orders --max 10 --output ndjson --yes',
    '<%= config.bin %> topic tail --clean-up',
  ]

  static override flags = {
    'clean-up': boolean({
      description: 'Remove what earlier tails, and trials by filter test --live, left behind.',
      exclusive: ['filter-policy', 'for', 'max', 'raw'],
    }),
    'dry-run': boolean({description: 'Show what would be made, or with --clean-up removed, and do nothing.'}),
    'filter-policy': string({
      description: 'Only messages that this filter policy lets through.',
      helpValue: '<file|json>',
    }),
    'filter-scope': option({options: ['MessageAttributes', 'MessageBody'] as const})({
      description: 'What the filter policy looks at (default: MessageAttributes).',
      dependsOn: ['filter-policy'],
    }),
    for: durationFlag({description: 'End after this time.', min: 1, max: 86_400}),
    max: countFlag({description: 'End after this many messages.', min: 1}),
    raw: boolean({default: false, description: 'Raw message delivery: bodies without the envelope of SNS.'}),
  }

  static override summary = 'Follow the messages of a topic'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TopicTail)
    const {aws, out, signal} = this
    if (flags['clean-up']) return this.cleanUp(args.topic, flags['dry-run'])
    const policy = flags['filter-policy']
    const filter = tailFilter(policy && (await readTextArgument(policy, 'The filter policy')), flags['filter-scope'])
    const {max, for: forSeconds, raw} = flags
    const topic = await resolveTopic(aws, assertTopicGiven(args.topic), {signal})
    const removal = this.commandLine(CLEAN_UP)
    for (const note of leftoverNotes(await leftoversFound(aws, {signal}), removal)) this.out.note(note)
    for (const warning of unseenWarnings(topic, raw)) this.out.warn(warning)
    if (flags['dry-run']) {
      this.out.result(await planTail(aws, topic, {...filter, raw, signal}), tailPlanView)
      return
    }
    assertTailAllowed(aws)
    await this.confirm({level: 'moderate', endsWithReader: true, ...(await tailConsent(aws, topic, signal))})
    this.leftByForce = ` and leaves its queue and subscription to ${removal}`
    const onLeftBehind = leftBehindTeller(out, removal)
    const events = tailTopic(aws, topic, {...filter, raw, max, forSeconds, signal, onLeftBehind})
    const onStopped = (): void => this.assertInTime('--for ends a tail after a time without an error.')
    const exitCode = await showTail(events, out, {topic, raw, onLeftBehind}, onStopped)
    if (exitCode !== undefined) this.exitWith(exitCode)
  }

  private async cleanUp(reference: string | undefined, dryRun: boolean): Promise<void> {
    const {aws, signal} = this
    const topicArn = reference === undefined ? undefined : (await topicReference(aws, reference, {signal})).arn
    const plan = await planCleanUp(aws, await findLeftovers(aws, {signal}), {topicArn, signal})
    if (!dryRun && isToBeDone(plan)) {
      assertCleanUpAllowed(aws, plan)
      await this.confirm({level: 'moderate', ...cleanUpConsent(plan)})
    }
    const done = dryRun ? plan : await cleanUp(aws, plan, {signal})
    const report = cleanUpReport(done)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(done, cleanUpView)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
