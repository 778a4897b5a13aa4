import {ExitCode, OpsError} from '../ops-error.js'
import {environmentSwitch} from './environment.js'

/**
 * Refuses an act on this machine in read-only mode (exit 7, `ReadOnly`); requests to AWS are refused where they are made. `refusal`
 * completes the sentence "Read-only mode ...".
 */
export function assertWritable(flag: boolean, env: NodeJS.ProcessEnv, refusal: string): void {
  if (!flag && !environmentSwitch(env, 'MSGOPS_READ_ONLY')) return
  throw new OpsError(`Read-only mode ${refusal}. Nothing was changed.`, {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: ['Leave out --read-only, or unset MSGOPS_READ_ONLY, to allow it.'],
  })
}
