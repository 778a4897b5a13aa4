import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {readMessage} from '../../lib/filters/message-input.js'
import {trialExitCode} from '../../lib/filters/reports.js'
import {testView} from '../../lib/filters/result.js'
import {OUTCOMES} from '../../lib/filters/suite.js'
import {policyTrialWarnings} from '../../lib/filters/trial-warnings.js'
import {explainPolicy} from '../../lib/filters/trial.js'
import {CLEAN_UP} from '../../lib/topics/left-behind.js'
import {askSns} from '../../lib/topics/live/ask-sns.js'
import {policyOf} from '../../lib/topics/policy-argument.js'

export default class FilterTest extends OpsCommand {
  static override description = `Tells whether SNS would deliver a message under a filter policy, and why: each key and alternative with the value it saw. Offline, but for the policy of a subscription, and for --live.

The message is the body alone, {"attributes": {...}, "body": "..."}, the input of Publish, PublishBatch or SendMessage, or what was received: an SNS notification, an SQS message (with or without raw delivery), a record of Lambda, a message as --json of this program shows it. A list of these has one member: none, and several, are refused, as is an empty text. {"body": ...} is the body whatever it looks like.

Exit code: 0 for match and no-match, 2 for a policy that SNS refuses (the result is invalid, with SNS's words). With --expect: 0 when it is met, 8 when not.

With --live the message is published once to a topic that is made for it, with one queue behind the policy and one without; after a question, as this creates resources, and deletes them on every way out. That nothing came through is taken for an answer only when the other queue got the message. Exit code: 1 when SNS answers otherwise, whatever was expected, 6 when the message arrived nowhere within --wait, 3 when something could not be removed. A message without a body is refused, as SNS refuses it. On the sandbox it is the sandbox that answers, by the same engine: that shows the way there alone.`

  static override examples = [
    `<%= config.bin %> filter test --policy '{"kind":["order"]}' --message message.json`,
    '<%= config.bin %> filter test --policy policy.json --message message.json --live --profile sandbox-account',
    `<%= config.bin %> filter test --policy policy.json --scope MessageBody --message '{"price":12}' --expect match`,
    'aws sqs receive-message --queue-url "$URL" --message-attribute-names All | <%= config.bin %> filter test --policy arn:aws:sns:eu-west-1:123456789012:orders:0d9f6e0a-1b8b-4c7e-9f4e-5a3b5b0c6d7e --message -',
  ]

  static override flags = {
    policy: string({
      description: 'The filter policy: a file, JSON text, - for standard input, or the ARN of a subscription.',
      helpValue: '<file|json|arn>',
      required: true,
    }),
    message: string({
      description: 'The message: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
      required: true,
    }),
    scope: option({options: ['MessageAttributes', 'MessageBody'] as const})({
      description: 'What the policy is of (default: that of the subscription, else MessageAttributes).',
    }),
    live: boolean({description: 'Try it on SNS as well, by a temporary topic with two queues, and compare.'}),
    wait: durationFlag({
      dependsOn: ['live'],
      description: 'How long a message may take to arrive with --live (default: 30s).',
      min: 1,
      max: 600,
    }),
    expect: option({options: OUTCOMES})({description: 'End with 8 unless this is the result.'}),
  }

  static override summary = 'Try a message on an SNS filter policy and see why it passes or not'

  async run(): Promise<void> {
    const {flags} = await this.parse(FilterTest)
    const {expect: expected, scope: asked, message: given} = flags
    assertOneStdin(flags.policy, given)
    const {policyText, scope, notes} = await policyOf(flags.policy, {
      aws: () => this.aws,
      read: text => readTextArgument(text, 'The policy'),
      scope: asked,
      signal: this.signal,
    })
    const {form: messageForm, message, notes: readNotes} = readMessage(await readTextArgument(given, 'The message'))
    const {result, error, errorSource, location, explanation} = explainPolicy(policyText, scope, message)
    const request = {policyText, scope, message, waitSeconds: flags.wait ?? 30, signal: this.signal}
    const asking = {
      confirm: this.confirm.bind(this),
      warn: this.out.warn.bind(this.out),
      note: this.out.note.bind(this.out),
      cleanUp: this.commandLine(CLEAN_UP),
    }
    const sns = flags.live ? await askSns(this.aws, request, {result, error}, asking) : undefined
    for (const warning of policyTrialWarnings({policyText, scope, message, explanation})) this.out.warn(warning)
    this.out.result(
      {result, expected, error, errorSource, location, scope, messageForm, live: sns?.live, explanation},
      testView,
    )
    for (const note of [...notes, ...readNotes]) this.out.note(note)
    if (scope === 'MessageAttributes' && asked === undefined && messageForm === 'body' && result === 'no-match')
      this.out.note('A body without attributes; --scope MessageBody tries the policy on the body.')
    this.exitWith(sns?.exitCode ?? trialExitCode(result, expected))
  }
}
