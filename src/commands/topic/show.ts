import {string as text} from '@oclif/core/args'
import {string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {SAMPLE_BYTES, readTextArgument} from '../../lib/cli/text-argument.js'
import {readSample} from '../../lib/filters/sample-file.js'
import {incompleteReport} from '../../lib/topics/reports.js'
import {resolveTopic} from '../../lib/topics/resolve-topic.js'
import {topicDetailView} from '../../lib/topics/result.js'
import {showTopic} from '../../lib/topics/show-topic.js'

export default class TopicShow extends OpsCommand {
  static override args = {topic: text({description: 'Name or ARN of the topic.', required: true})}

  static override description = `Shows settings, encryption, access policy, delivery status logging and tags of a topic, each subscription with its filter policy, raw delivery and dead-letter queue, and findings: deliveries that fail or are lost. Nothing is published. A part that may not be read is left out with a warning, and the exit code is 3.

With --sample the filter policies are tried on recent messages, and one that met none of them is a finding. A message of the sample is what msgops filter test takes: a body, {"attributes": ..., "body": ...}, the input of Publish, or a message as SQS or msgops shows it. The file has one a line (NDJSON), or is one JSON document: an array of them, or what msgops queue peek --json or aws sqs receive-message prints.`

  static override examples = [
    '<%= config.bin %> topic show orders',
    '<%= config.bin %> topic show orders --json --query findings',
    '<%= config.bin %> topic show orders --sample recent.ndjson',
  ]

  static override flags = {
    sample: string({
      description:
        'Try the filter policies on the messages of this file, NDJSON or one JSON document; - reads standard input.',
      helpValue: '<file>',
    }),
  }

  static override summary = 'Show a topic, its subscriptions, and what is wrong with its deliveries'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TopicShow)
    const text = flags.sample && (await readTextArgument(flags.sample, 'The sample', {maxBytes: SAMPLE_BYTES}))
    const sample = text === undefined ? undefined : readSample(text).map(({message}) => message)
    const topic = await resolveTopic(this.aws, args.topic, {signal: this.signal})
    const detail = await showTopic(this.aws, topic, {sample, signal: this.signal})
    const report = incompleteReport(detail)
    for (const warning of report.warnings) this.out.warn(warning)
    this.out.result(detail, topicDetailView)
    if (report.exitCode !== undefined) this.exitWith(report.exitCode)
  }
}
