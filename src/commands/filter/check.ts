import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {checkOutputFlag} from '../../lib/cli/shared-flags.js'
import {nameOfText, readTextArgument} from '../../lib/cli/text-argument.js'
import {checkFilterSuite} from '../../lib/filters/check.js'
import {suiteExitCode} from '../../lib/filters/reports.js'
import {suiteView} from '../../lib/filters/result.js'
import {readFilterSuite} from '../../lib/filters/suite.js'

/** No suite that a person keeps is larger. */
const MAX_BYTES = 64 * 1_048_576

export default class FilterCheck extends OpsCommand {
  static override args = {
    suite: string({description: 'The suite: a file, JSON text, or - for standard input.', required: true}),
  }

  static override description = `Runs a suite of filter policy cases, offline: a JSON array of cases, or one case a line. A case is

  {"id": "...", "policy": {...}, "scope": "MessageBody", "message": {"attributes": {...}, "body": "..."}, "expect": "match"}

policyText in place of policy is the exact text. scope is MessageAttributes where it is left out. message has any form that filter test takes. expect is match, no-match or invalid; error, if given, is the first line that SNS answers to Subscribe (with "api": "SetSubscriptionAttributes" to that), with or without its prefix. "doubt": true: report a difference, do not fail. note is for people. Any other field, and an id that stands twice, is refused.

Exit code: 0 when every case is as expected, 1 when one is not, 2 for a suite that cannot be read.`

  static override examples = [
    '<%= config.bin %> filter check policies.test.json',
    '<%= config.bin %> filter check policies.test.ndjson --output junit > report.xml',
  ]

  static override flags = {...checkOutputFlag}

  static override summary = 'Run a suite of SNS filter policy cases'

  async run(): Promise<void> {
    const {args} = await this.parse(FilterCheck)
    const result = checkFilterSuite(
      readFilterSuite(await readTextArgument(args.suite, 'The suite', {maxBytes: MAX_BYTES})),
    )
    this.out.result(result, suiteView(`filter check ${nameOfText(args.suite)}`))
    this.exitWith(suiteExitCode(result))
  }
}
