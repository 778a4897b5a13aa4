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

/** Flags by their names, each with the environment variable that its value came from. */
export type FlagVariables = ReadonlyMap<string, string>

/** The flags with a value that stand in the environment and not on the command line. Pure. */
export function flagVariables(
  flags: Readonly<Record<string, {readonly type?: string; readonly env?: string}>>,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): FlagVariables {
  const end = args.indexOf('--')
  const words = end === -1 ? args : args.slice(0, end)
  const isTyped = (name: string): boolean => words.some(word => word === `--${name}` || word.startsWith(`--${name}=`))
  return new Map(
    Object.entries(flags).flatMap(([name, {type, env: variable}]) =>
      type === 'boolean' || variable === undefined || !env[variable] || isTyped(name)
        ? []
        : [[name, variable] as const],
    ),
  )
}

/** What is said of a flag, said of the variable that its value came from, and how a flag beats that. Pure. */
export function inWordsOfVariables(
  message: string,
  variables: FlagVariables,
): {readonly message: string; readonly suggestions: readonly string[]} {
  const suggestions: string[] = []
  const words = message.replace(/(?<![\w-])--([a-z-]+)/g, (flag, name: string) => {
    const variable = variables.get(name)
    if (variable === undefined) return flag
    suggestions.push(`${variable} is set in the environment; ${flag} on the command line is used instead of it.`)
    return variable
  })
  return {message: words, suggestions: [...new Set(suggestions)]}
}
