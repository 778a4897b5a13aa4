import type {ExitCode as Code} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import type {SuiteResult} from './check.js'
import type {Lint, LintSeverity} from './lint/finding.js'
import {isAtLeast} from './lint/finding.js'
import type {Outcome} from './suite.js'

/** Exit code of one trial: 8 where another result was expected; without an expectation 2 for what AWS refuses. */
export function trialExitCode(result: Outcome, expected: Outcome | undefined): Code {
  if (expected !== undefined) return result === expected ? ExitCode.done : ExitCode.conditionMet
  return result === 'invalid' ? ExitCode.usage : ExitCode.done
}

/** Exit code of a suite: 1 when a case failed that is not in doubt. */
export function suiteExitCode({failed}: SuiteResult): Code {
  return failed > 0 ? ExitCode.failed : ExitCode.done
}

/** Exit code of a linter: 2 for what AWS refuses, 8 when a finding is as grave as asked for. */
export function lintExitCode({valid, findings}: Lint, failIf: LintSeverity | undefined): Code {
  if (!valid) return ExitCode.usage
  return failIf !== undefined && findings.some(one => isAtLeast(one, failIf)) ? ExitCode.conditionMet : ExitCode.done
}
