import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {checkOutputFlag} from '../../lib/cli/shared-flags.js'
import {nameOfText, readTextArgument} from '../../lib/cli/text-argument.js'
import {checkPatternSuite} from '../../lib/filters/check.js'
import {suiteExitCode} from '../../lib/filters/reports.js'
import {suiteView} from '../../lib/filters/result.js'
import {readPatternSuite} from '../../lib/filters/suite.js'

/** No suite that a person keeps is larger. */
const MAX_BYTES = 64 * 1_048_576

export default class PatternCheck extends OpsCommand {
  static override args = {
    suite: string({description: 'The suite: a file, JSON text, or - for standard input.', required: true}),
  }

  static override description = `Runs a suite of event pattern cases, offline: a JSON array of cases, or one case a line. A case is

  {"id": "...", "pattern": {...}, "event": {...}, "expect": "match"}

patternText and eventText in place of pattern and event are the exact texts. expect is match, no-match or invalid; error, if given, is the first line that EventBridge answers, with or without its prefix. "invalidPart": "event": the event has to be one that TestEventPattern takes. "doubt": true: report a difference, do not fail. note is for people. Any other field, and an id that stands twice, is refused.

Exit code: 0 when every case is as expected, 1 when one is not, 2 for a suite that cannot be read.`

  static override examples = [
    '<%= config.bin %> pattern check rules.test.json',
    '<%= config.bin %> pattern check rules.test.ndjson --output junit > report.xml',
  ]

  static override flags = {...checkOutputFlag}

  static override summary = 'Run a suite of EventBridge event pattern cases'

  async run(): Promise<void> {
    const {args} = await this.parse(PatternCheck)
    const text = await readTextArgument(args.suite, 'The suite', {maxBytes: MAX_BYTES})
    const result = checkPatternSuite(readPatternSuite(text))
    this.out.result(result, suiteView(`pattern check ${nameOfText(args.suite)}`))
    this.exitWith(suiteExitCode(result))
  }
}
