import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {missingFields} from '../../lib/filters/event-fields.js'
import {trialExitCode} from '../../lib/filters/reports.js'
import {testView} from '../../lib/filters/result.js'
import {OUTCOMES} from '../../lib/filters/suite.js'
import {explainPattern} from '../../lib/filters/trial.js'

export default class PatternTest extends OpsCommand {
  static override description = `Tells whether an event matches an EventBridge event pattern, and why: each field and alternative with the value it saw. Offline.

An event may be incomplete, e.g. {"detail": {...}} alone; TestEventPattern refuses such an event, and so does --whole-event.

Exit code: 0 for match and no-match, 2 for a pattern or an event that EventBridge refuses (the result is invalid, with its words). With --expect: 0 when it is met, 8 when not.`

  static override examples = [
    '<%= config.bin %> pattern test --pattern rule.json --event event.json',
    `<%= config.bin %> pattern test --pattern '{"source":["shop"],"detail":{"price":[{"numeric":[">",100]}]}}' --event event.json --expect match`,
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
    expect: option({options: OUTCOMES})({description: 'End with 8 unless this is the result.'}),
  }

  static override summary = 'Try an event on an EventBridge event pattern and see why it matches or not'

  async run(): Promise<void> {
    const {flags} = await this.parse(PatternTest)
    const {expect: expected, 'whole-event': wholeEvent} = flags
    assertOneStdin(flags.pattern, flags.event)
    const patternText = await readTextArgument(flags.pattern, 'The pattern')
    const eventText = await readTextArgument(flags.event, 'The event')
    const {result, error, location, explanation} = explainPattern(patternText, eventText, {wholeEvent})
    this.out.result({result, expected, error, location, explanation}, testView)
    const missing = missingFields(eventText)
    if (missing.length > 0) this.out.note(`TestEventPattern would refuse the event: it lacks ${missing.join(', ')}.`)
    this.exitWith(trialExitCode(result, expected))
  }
}
