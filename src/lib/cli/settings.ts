import type {OutputMode} from '../output/writer.js'
import {environmentSwitch} from './environment.js'
import {chooseOutput, type OutputFormat} from './output-choice.js'

/** The values of the shared flags as oclif hands them over: the environment is merged in already. */
export interface SharedFlagValues {
  readonly profile?: string | undefined
  readonly region?: string | undefined
  readonly 'endpoint-url'?: string | undefined
  readonly sandbox?: boolean
  readonly output?: string | undefined
  readonly json?: boolean | undefined
  readonly query?: string | undefined
  readonly 'read-only'?: boolean
  readonly yes?: boolean
  readonly confirm?: string | undefined
  readonly 'no-input'?: boolean
  readonly timeout?: number | undefined
  readonly debug?: boolean
  readonly 'no-color'?: boolean
}

/** What the shared flags and the environment come to. */
export interface Settings {
  readonly mode: OutputMode
  readonly query: string | undefined
  readonly noColor: boolean
  readonly readOnly: boolean
  readonly yes: boolean
  readonly confirm: string | undefined
  readonly noInput: boolean
  readonly timeoutSeconds: number | undefined
  readonly debug: boolean
  readonly profile: string | undefined
  readonly region: string | undefined
  readonly endpointUrl: string | undefined
  readonly sandbox: boolean
}

/**
 * Settles the shared flags: the command line before the environment, contradictions refused (OpsError, exit 2).
 * `typed` names the flags that stand on the command line itself.
 */
export function resolveSettings(
  flags: SharedFlagValues,
  typed: ReadonlySet<string>,
  env: NodeJS.ProcessEnv,
  stdoutIsTTY: boolean,
): Settings {
  const on = (flag: keyof SharedFlagValues): boolean =>
    typed.has(flag) || environmentSwitch(env, `MSGOPS_${flag.toUpperCase().replaceAll('-', '_')}`)
  const sandbox = on('sandbox')
  // What the environment says of another account gives way to the sandbox; what was typed contradicts it (lib/aws refuses).
  const elsewhere = (flag: 'profile' | 'endpoint-url'): string | undefined =>
    sandbox && !typed.has(flag) ? undefined : flags[flag]
  return {
    mode: chooseOutput({
      output: typed.has('output') ? (flags.output as OutputFormat | undefined) : undefined,
      json: typed.has('json'),
      env,
      stdoutIsTTY,
    }),
    query: flags.query,
    noColor: on('no-color'),
    readOnly: on('read-only'),
    yes: on('yes'),
    confirm: flags.confirm,
    noInput: on('no-input'),
    timeoutSeconds: flags.timeout,
    debug: on('debug'),
    profile: elsewhere('profile'),
    region: flags.region,
    endpointUrl: elsewhere('endpoint-url'),
    sandbox,
  }
}
