import {option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {SEVERITIES} from '../../lib/filters/lint/finding.js'
import {PROPAGATION, lintPolicy} from '../../lib/filters/lint/policy.js'
import {readMessage} from '../../lib/filters/message-input.js'
import {lintExitCode} from '../../lib/filters/reports.js'
import {policyLintView} from '../../lib/filters/result.js'
import {policyOf} from '../../lib/topics/policy-argument.js'

export default class FilterLint extends OpsCommand {
  static override description = `Looks for what a filter policy does not do although it seems to: types that cannot match, exists: false on messages without attributes, names that differ by case, alternatives that add nothing, limits that are near. With a sample message it compares names and types with that as well.

Exit code: 0, whatever it finds; with --fail-if 8 when a finding is that grave or graver; 2 for a policy that SNS refuses.`

  static override examples = [
    '<%= config.bin %> filter lint --policy policy.json',
    '<%= config.bin %> filter lint --policy policy.json --scope MessageBody --message message.json --fail-if warn',
  ]

  static override flags = {
    policy: string({
      description: 'The filter policy: a file, JSON text, - for standard input, or the ARN of a subscription.',
      helpValue: '<file|json|arn>',
      required: true,
    }),
    message: string({
      description: 'A message that should pass, in any form that filter test takes: a file, JSON text, or -.',
      helpValue: '<file|json>',
    }),
    scope: option({options: ['MessageAttributes', 'MessageBody'] as const})({
      description: 'What the policy is of (default: that of the subscription, else MessageAttributes).',
    }),
    'fail-if': option({options: SEVERITIES})({description: 'End with 8 when a finding is that grave or graver.'}),
  }

  static override summary = 'Look for traps in an SNS filter policy'

  async run(): Promise<void> {
    const {flags} = await this.parse(FilterLint)
    const {policy, message: given, scope: asked} = flags
    assertOneStdin(policy, given)
    const {policyText, scope, notes} = await policyOf(policy, {
      aws: () => this.aws,
      read: text => readTextArgument(text, 'The policy'),
      scope: asked,
      signal: this.signal,
    })
    const sample = given === undefined ? undefined : readMessage(await readTextArgument(given, 'The message'))
    const lint = lintPolicy(policyText, scope, sample?.message)
    const always = lint.valid ? [PROPAGATION] : []
    const result = {...lint, notes: always}
    this.out.result(result, policyLintView)
    for (const note of [...notes, ...(sample?.notes ?? []), ...always]) this.out.note(note)
    this.exitWith(lintExitCode(lint, flags['fail-if']))
  }
}
