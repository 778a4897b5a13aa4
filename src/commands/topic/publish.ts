import {string as text} from '@oclif/core/args'
import {boolean, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {topicMessageFlags} from '../../lib/cli/topic-message-flags.js'
import {readBatch} from '../../lib/topics/batch-input.js'
import {readDraft} from '../../lib/topics/message-draft.js'
import {checkBatch, publishBatches} from '../../lib/topics/publish-batch.js'
import {publishMessage} from '../../lib/topics/publish.js'
import {resolveTopic} from '../../lib/topics/resolve-topic.js'
import {publishView, showBatch} from '../../lib/topics/result.js'

const DEDUPLICATION = 'SNS takes a message whose deduplication id it has seen within 5 minutes, and drops it.'

export default class TopicPublish extends OpsCommand {
  static override args = {
    topic: text({description: 'Name or ARN of the topic.', required: true}),
    message: text({description: 'The message, as given; - reads standard input, to the last byte.'}),
  }

  static override description = `Publishes one message, with one attempt. Size, structure and what a FIFO topic needs are checked first. When the answer is lost it is not known whether the message went out; this is said as such (exit 6) and nothing is published again.

With --batch many messages are published from NDJSON, one a line: {"message": ..., "subject": ..., "messageAttributes": {"name": {"dataType": "Number", "stringValue": "3"}}, "messageGroupId": ..., "messageDeduplicationId": ..., "messageStructure": "json"}. All lines are checked before anything goes out. Requests take ten messages and the topic's size limit for their sum; each entry of an answer is checked. What failed, is unknown or was not sent is listed, and the exit code is 3. After a request that failed whole, and on a FIFO topic in the group of a failed message, nothing more is sent.`

  static override examples = [
    `<%= config.bin %> topic publish orders '{"orderId":42}' --attribute tenant=acme --attribute retries:Number=3`,
    'printf %s "$BODY" | <%= config.bin %> topic publish orders - --dry-run',
    '<%= config.bin %> topic publish payments.fifo --file pay.json --group-id customer-7 --deduplication-id pay-1',
    '<%= config.bin %> topic publish orders --batch messages.ndjson',
  ]

  static override flags = {
    batch: string({
      description: 'Publish the messages of this NDJSON file; - reads standard input.',
      exclusive: ['file', ...Object.keys(topicMessageFlags)],
      helpValue: '<file>',
    }),
    'dry-run': boolean({description: 'Check everything and publish nothing.'}),
    file: string({description: 'Read the message from this file, to the last byte.', helpValue: '<path>'}),
    ...topicMessageFlags,
  }

  static override summary = 'Publish a message, or many, to a topic'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TopicPublish)
    if (flags.batch !== undefined) return this.batch(args, flags.batch, flags['dry-run'])
    const draft = await readDraft(args.message, flags, process.stdin)
    const topic = await resolveTopic(this.aws, args.topic, {signal: this.signal})
    const result = await publishMessage(this.aws, topic, draft, {dryRun: flags['dry-run'], signal: this.signal})
    for (const remark of result.remarks) this.out.warn(remark)
    this.out.result(result, publishView)
    if (topic.fifo && !result.dryRun) this.out.note(DEDUPLICATION)
  }

  private async batch(args: {topic: string; message?: string}, source: string, dryRun: boolean): Promise<void> {
    const read = await readBatch(source, process.stdin, args.message)
    const topic = await resolveTopic(this.aws, args.topic, {signal: this.signal})
    const lines = checkBatch(topic, read)
    const run = dryRun ? undefined : publishBatches(this.aws, topic, lines, {signal: this.signal})
    const exitCode = await showBatch(run, this.out, {topic, lines})
    if (topic.fifo && !dryRun) this.out.note(DEDUPLICATION)
    if (exitCode !== undefined) this.exitWith(exitCode)
  }
}
