import {AwsOpsError, type Outcome} from '../../../src/lib/aws/errors.js'
import {ExitCode} from '../../../src/lib/ops-error.js'

/** An error as the AWS layer throws it. */
export function failure(code: string, outcome: Outcome, exitCode?: ExitCode): AwsOpsError {
  const settled = outcome === 'rejected' && code !== 'RequestThrottled'
  return new AwsOpsError(code, {
    code,
    exitCode: exitCode ?? (settled ? ExitCode.failed : ExitCode.unreachable),
    action: 'SendMessageBatch',
    resource: undefined,
    httpStatus: undefined,
    outcome,
  })
}
