import {ExitCode, OpsError} from '../ops-error.js'

const ON = new Set(['1', 'true', 'yes', 'y', 'on'])
const OFF = new Set(['', '0', 'false', 'no', 'n', 'off'])

/**
 * A switch in the environment, e.g. MSGOPS_READ_ONLY. A word that is neither yes nor no is refused (exit 2): a guard that
 * was meant to be on must not be off because of its spelling.
 */
export function environmentSwitch(env: NodeJS.ProcessEnv, name: string): boolean {
  const value = (env[name] ?? '').trim().toLowerCase()
  if (ON.has(value)) return true
  if (OFF.has(value)) return false
  throw new OpsError(`${name} is "${value}", which is neither yes nor no`, {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: [`Set ${name}=1 or ${name}=0.`],
  })
}
