/** How long a command may take to wind up after an error that nobody caught. */
const WIND_UP_MS = 5_000

export interface ProcessWatch {
  /** What stdout could not take, e.g. a full disk; a reader that went away (EPIPE) is not counted. */
  readonly stdoutFailure: () => Error | undefined
  /** True after an error that nobody caught. */
  readonly broken: () => boolean
  release(): void
}

/**
 * Watches what no command can catch: a stdout that cannot take its output, errors outside of every await, and an event loop
 * that runs dry before the command is over.
 */
export function watchProcess(onBug: (error: unknown) => void): ProcessWatch {
  let stdoutFailure: Error | undefined
  let broken = false
  let grace: NodeJS.Timeout | undefined
  const onStdout = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') stdoutFailure ??= error
  }
  const onStderr = (): void => undefined
  const onUncaught = (error: unknown): void => {
    broken = true
    onBug(error)
    // The command's signal is aborted by now (interruption.ts); whoever does not take that way out is ended.
    grace ??= setTimeout(() => process.kill(process.pid, 'SIGKILL'), WIND_UP_MS).unref()
  }
  const onDry = (): void => {
    if (!broken) onBug(new Error('The command stopped before it was done'))
    broken = true
  }
  // oclif's own listener throws what is not EPIPE, from where nobody can catch it.
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', onStdout)
  process.stderr.on('error', onStderr)
  process.on('uncaughtException', onUncaught)
  process.on('beforeExit', onDry)
  return {
    stdoutFailure: () => stdoutFailure,
    broken: () => broken,
    release: () => {
      clearTimeout(grace)
      process.stdout.off('error', onStdout)
      process.stderr.off('error', onStderr)
      process.off('uncaughtException', onUncaught)
      process.off('beforeExit', onDry)
    },
  }
}
