import {string as text} from '@oclif/core/args'
import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {topicMessageFlags} from '../../lib/cli/topic-message-flags.js'
import {readDraft} from '../../lib/topics/message-draft.js'
import {incompleteReport} from '../../lib/topics/reports.js'
import {resolveTopic} from '../../lib/topics/resolve-topic.js'
import {traceView} from '../../lib/topics/result.js'
import {traceTopic} from '../../lib/topics/trace-topic.js'

export default class TopicTrace extends OpsCommand {
  static override args = {topic: text({description: 'Name or ARN of the topic.', required: true})}

  static override description = `Tells which subscriptions of a topic would get a message, and why not the others; nothing is published. Filter policies are judged here, key by key. For queues the access policy, size limit, raw delivery, encryption and existence are looked at too, and where a failed delivery would end. What cannot be told from here is said as such: other endpoints, key policies, conditions.

A filter policy that was changed in the last 15 minutes may not be the one that SNS applies yet.`

  static override examples = [
    `<%= config.bin %> topic trace orders --message '{"orderId":42}' --attribute tenant=acme`,
    '<%= config.bin %> topic trace orders --file order.json --json --query "subscriptions[?outcome!=\'delivered\']"',
  ]

  static override flags = {
    file: string({description: 'Read the message from this file, to the last byte.', helpValue: '<path>'}),
    message: string({description: 'The message, as given; - reads standard input.', helpValue: '<text>'}),
    ...topicMessageFlags,
  }

  static override summary = 'Tell which subscriptions would get a message, without publishing it'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TopicTrace)
    const draft = await readDraft(flags.message, flags, process.stdin, '--message with the text')
    const topic = await resolveTopic(this.aws, args.topic, {signal: this.signal})
    const trace = await traceTopic(this.aws, topic, draft, {signal: this.signal})
    const report = incompleteReport(trace)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(trace, traceView)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
