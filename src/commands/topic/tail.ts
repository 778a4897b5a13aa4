import {string as text} from '@oclif/core/args'
import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag, durationFlag} from '../../lib/cli/flags.js'
import {readTextArgument} from '../../lib/cli/text-argument.js'
import {cleanUpReport, leftBehindWarnings, leftoverNotes} from '../../lib/topics/reports.js'
import {resolveTopic} from '../../lib/topics/resolve-topic.js'
import {findLeftovers, leftoversFound, removeLeftovers} from '../../lib/topics/tail/leftovers.js'
import {cleanUpView, showTail} from '../../lib/topics/tail/result.js'
import {assertTopicGiven, tailConsent, tailFilter} from '../../lib/topics/tail/request.js'
import {tailTopic} from '../../lib/topics/tail/tail-topic.js'

export default class TopicTail extends OpsCommand {
  static override args = {topic: text({description: 'Name or ARN of the topic; not needed with --clean-up.'})}

  static override description = `Shows the messages of a topic as they are published, by a queue and a subscription of its own. Both are made after a question, because they are visible to others in the account, and removed on every way out: Ctrl-C, an error, --max, --for, a reader that went away. What nobody could remove (a second Ctrl-C, a crash) carries tags; the next tail tells of it, and --clean-up removes it: queues whose process on this host is gone, or whose time is up.

Only messages that are published after the start are seen. SNS delivers at least once, so a message may come twice.`

  static override examples = [
    '<%= config.bin %> topic tail orders',
    `<%= config.bin %> topic tail orders --filter-policy '{"tenant":["acme"]}' --for 5m --yes`,
    '<%= config.bin %> topic tail orders --max 10 --output ndjson --yes',
    '<%= config.bin %> topic tail --clean-up',
  ]

  static override flags = {
    'clean-up': boolean({
      description: 'Remove what earlier tails, and trials by filter test --live, left behind.',
      exclusive: ['filter-policy', 'for', 'max'],
    }),
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
    raw: boolean({
      default: false,
      description: 'Raw message delivery: bodies as a queue gets them, without the envelope of SNS.',
    }),
  }

  static override summary = 'Follow the messages of a topic'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TopicTail)
    const {aws, signal} = this
    if (flags['clean-up']) return this.cleanUp(args.topic)
    const reference = assertTopicGiven(args.topic)
    const policy = flags['filter-policy']
    const filter = tailFilter(policy && (await readTextArgument(policy, 'The filter policy')), flags['filter-scope'])
    const topic = await resolveTopic(aws, reference, {signal})
    for (const note of leftoverNotes(await leftoversFound(aws, {signal}))) this.out.note(note)
    await this.confirm({level: 'moderate', endsWithReader: true, ...(await tailConsent(aws, topic, signal))})
    const {max, for: forSeconds, raw} = flags
    const onLeftBehind = (left: Parameters<typeof leftBehindWarnings>[0]): void => {
      for (const warning of leftBehindWarnings(left)) this.out.warn(warning)
    }
    const events = tailTopic(aws, topic, {...filter, raw, max, forSeconds, signal, onLeftBehind})
    const exitCode = await showTail(events, this.out, {topic: {name: topic.name, arn: topic.arn}, raw})
    if (exitCode !== undefined) this.exitWith(exitCode)
  }

  private async cleanUp(reference: string | undefined): Promise<void> {
    const {aws, signal} = this
    const arn = reference === undefined ? undefined : (await resolveTopic(aws, reference, {signal})).arn
    const found = (await findLeftovers(aws, {signal})).filter(({topicArn}) => arn === undefined || topicArn === arn)
    const leftovers = await removeLeftovers(aws, found)
    const report = cleanUpReport(leftovers)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result({leftovers}, cleanUpView)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
