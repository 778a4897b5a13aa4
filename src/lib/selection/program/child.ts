import type {ChildProcessByStdio} from 'node:child_process'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import type {Readable, Writable} from 'node:stream'
import {ExitCode, OpsError} from '../../ops-error.js'

export type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Names of the variables that hold credentials or lead to them; region, profile and configuration files stay. */
const CREDENTIALS =
  /^(?:AWS_(?:ACCESS_KEY|SECRET|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_|WEB_IDENTITY_|BEARER_TOKEN|CREDENTIAL)|AMAZON_)/i

/**
 * Starts a program without a shell, in a process group of its own, without the AWS credentials in `env`. Resolves when it runs; throws
 * OpsError ProgramNotStarted (exit 2) when there is no such program or it may not be run.
 */
export async function startChild(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Child> {
  const [file, ...args] = argv
  if (file === undefined || file === '') throw notStarted('no program is named')
  try {
    const child = spawn(file, args, {
      detached: true,
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !CREDENTIALS.test(name))),
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    await once(child, 'spawn')
    return child
  } catch (error) {
    throw notStarted(`${file}: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

/**
 * Signals the program and all that it started and that stayed in its group. To be called before the program's pipes are closed: as long as
 * the group has a process, its number is not given to another.
 */
export function signalGroup(child: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // No process groups on Windows, and none to signal where the last of it ended just now.
    child.kill(signal)
  }
}

function notStarted(why: string, cause?: unknown): OpsError {
  return new OpsError(`The program for --through cannot be started: ${why}`, {
    code: 'ProgramNotStarted',
    exitCode: ExitCode.usage,
    suggestions: ['Give the program and its arguments as they are; no shell reads them.'],
    cause,
  })
}
