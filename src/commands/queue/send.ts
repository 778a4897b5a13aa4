import {string as stringArgument} from '@oclif/core/args'
import {boolean, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {parseMessageAttributes} from '../../lib/messages/attribute-argument.js'
import {readBody} from '../../lib/messages/read-body.js'
import {resolveQueue} from '../../lib/queues/resolve-queue.js'
import {sendView} from '../../lib/queues/result.js'
import {sendMessage} from '../../lib/queues/send-message.js'

export default class QueueSend extends OpsCommand {
  static override args = {queue: stringArgument({description: 'Name, URL or ARN of the queue.', required: true})}

  static override description =
    'Sends one message, with one attempt, and checks the MD5 that SQS answers. Size, characters and what a FIFO queue needs are checked first. When the answer is lost it is not known whether the message arrived; this is said as such (exit 6) and nothing is sent again.'

  static override examples = [
    `<%= config.bin %> queue send orders --body '{"orderId":42}'`,
    'printf %s "$BODY" | <%= config.bin %> queue send orders --body -',
    '<%= config.bin %> queue send orders --body-file order.json --attribute tenant=acme --attribute retries:Number=3',
    '<%= config.bin %> queue send payments.fifo --body pay --group customer-7 --dedup-id pay-1',
  ]

  static override flags = {
    attribute: string({
      description:
        'Message attribute, as name=value, name:Number=3, name:Binary=BASE64 or name:String.label=value; up to ten.',
      helpValue: '<name[:type]=value>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    body: string({
      description: 'The body, as given; - reads standard input, to the last byte.',
      exactlyOne: ['body', 'body-file'],
      helpValue: '<text>',
    }),
    'body-file': string({description: 'Read the body from this file, to the last byte.', helpValue: '<path>'}),
    'dedup-id': string({description: 'MessageDeduplicationId (FIFO).', helpValue: '<id>'}),
    delay: durationFlag({
      description: 'Keep the message back this long, up to 15m (standard queues).',
      min: 0,
      max: 900,
    }),
    'dry-run': boolean({description: 'Check everything and send nothing.'}),
    group: string({
      description: 'MessageGroupId: needed on FIFO queues, the fair-queue tenant on standard ones.',
      helpValue: '<id>',
    }),
    'trace-header': string({description: 'X-Ray trace header (AWSTraceHeader).', helpValue: '<header>'}),
  }

  static override summary = 'Send one message to a queue'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(QueueSend)
    const draft = {
      messageAttributes: parseMessageAttributes(flags.attribute ?? []),
      body: await readBody({text: flags.body, file: flags['body-file'], stdin: process.stdin}),
      messageGroupId: flags.group,
      messageDeduplicationId: flags['dedup-id'],
      delaySeconds: flags.delay,
      traceHeader: flags['trace-header'],
    }
    const queue = await resolveQueue(this.aws, args.queue, {signal: this.signal})
    const sent = await sendMessage(this.aws, queue, draft, {dryRun: flags['dry-run'], signal: this.signal})
    this.out.result(sent, sendView)
    if (queue.fifo && !sent.dryRun)
      this.out.note('SQS takes a message whose deduplication id it has seen within 5 minutes, and drops it.')
  }
}
