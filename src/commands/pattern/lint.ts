import {option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {SEVERITIES} from '../../lib/filters/lint/finding.js'
import {lintPattern} from '../../lib/filters/lint/pattern.js'
import {lintExitCode} from '../../lib/filters/reports.js'
import {patternLintView} from '../../lib/filters/result.js'

export default class PatternLint extends OpsCommand {
  static override description = `Looks for what an event pattern does not do although it seems to: no source, names that look misspelt, types that cannot match, alternatives that add nothing, limits that are near. With a sample event it compares names and types with that as well.

Exit code: 0, whatever it finds; with --fail-if 8 when a finding is that grave or graver; 2 for a pattern that EventBridge refuses.`

  static override examples = [
    '<%= config.bin %> pattern lint --pattern rule.json',
    '<%= config.bin %> pattern lint --pattern rule.json --event event.json --fail-if warn',
  ]

  static override flags = {
    pattern: string({
      description: 'The event pattern: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
      required: true,
    }),
    event: string({
      description: 'An event that should match: a file, JSON text, or -.',
      helpValue: '<file|json>',
    }),
    'fail-if': option({options: SEVERITIES})({description: 'End with 8 when a finding is that grave or graver.'}),
  }

  static override summary = 'Look for traps in an EventBridge event pattern'

  async run(): Promise<void> {
    const {flags} = await this.parse(PatternLint)
    const {pattern, event} = flags
    assertOneStdin(pattern, event)
    const patternText = await readTextArgument(pattern, 'The pattern')
    const sample = event === undefined ? undefined : await readTextArgument(event, 'The event')
    const lint = lintPattern(patternText, sample)
    this.out.result(lint, patternLintView)
    this.exitWith(lintExitCode(lint, flags['fail-if']))
  }
}
