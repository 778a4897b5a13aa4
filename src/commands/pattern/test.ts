import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {testEventPattern} from '../../lib/events/test-event-pattern.js'
import {missingFields} from '../../lib/filters/event-fields.js'
import {compared, liveJudge, liveReport} from '../../lib/filters/live.js'
import {trialExitCode} from '../../lib/filters/reports.js'
import {testView} from '../../lib/filters/result.js'
import {OUTCOMES} from '../../lib/filters/suite.js'
import {patternTrialWarnings} from '../../lib/filters/trial-warnings.js'
import {explainPattern} from '../../lib/filters/trial.js'

export default class PatternTest extends OpsCommand {
  static override description = `Tells whether an event matches an EventBridge event pattern, and why: each field and alternative with the value it saw. Offline, unless --live asks EventBridge too (TestEventPattern, which changes nothing) and compares the answers.

An event may be incomplete, e.g. {"detail": {...}} alone; TestEventPattern refuses such an event, and so do --whole-event and --live.

Exit code: 0 for match and no-match, 2 for a pattern or an event that EventBridge refuses (the result is invalid, with its words). With --expect: 0 when it is met, 8 when not. With --live: 1 when EventBridge answers otherwise, whatever was expected.`

  static override examples = [
    '<%= config.bin %> pattern test --pattern rule.json --event event.json',
    `<%= config.bin %> pattern test --pattern '{"source":["shop"],"detail":{"price":[{"numeric":[">",100]}]}}' --event event.json --expect match`,
    '<%= config.bin %> pattern test --pattern rule.json --event event.json --live --profile prod',
  ]

  static override flags = {
    pattern: string({
      description: 'The event pattern: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
      required: true,
    }),
    event: string({
      description: 'The event: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
      required: true,
    }),
    'whole-event': boolean({
      description:
        'Refuse an event without id, account, source, time, region or detail-type, as TestEventPattern does.',
    }),
    live: boolean({description: 'Ask EventBridge as well, and compare.'}),
    expect: option({options: OUTCOMES})({description: 'End with 8 unless this is the result.'}),
  }

  static override summary = 'Try an event on an EventBridge event pattern and see why it matches or not'

  async run(): Promise<void> {
    const {flags} = await this.parse(PatternTest)
    const {expect: expected, live: asked} = flags
    const wholeEvent = flags['whole-event'] || asked
    assertOneStdin(flags.pattern, flags.event)
    const patternText = await readTextArgument(flags.pattern, 'The pattern')
    const eventText = await readTextArgument(flags.event, 'The event')
    const {result, error, errorSource, location, explanation} = explainPattern(patternText, eventText, {wholeEvent})
    const live = asked
      ? compared(
          await testEventPattern(this.aws, patternText, eventText, {signal: this.signal}),
          {result},
          liveJudge({sandbox: this.aws.sandbox, endpoint: this.aws.endpointFor('events')}),
        )
      : undefined
    const report = live === undefined ? undefined : liveReport(live, {result, error})
    const warnings = patternTrialWarnings(patternText, eventText, {explanation})
    for (const warning of [...warnings, ...(report?.warnings ?? [])]) this.out.warn(warning)
    this.out.result({result, expected, error, errorSource, location, live, explanation}, testView)
    for (const note of report?.notes ?? []) this.out.note(note)
    const missing = missingFields(eventText)
    if (missing.length > 0) this.out.note(`TestEventPattern also wants ${missing.join(', ')}.`)
    this.exitWith(report?.exitCode ?? trialExitCode(result, expected))
  }
}
