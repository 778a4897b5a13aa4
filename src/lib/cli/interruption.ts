import {setMaxListeners} from 'node:events'
import {ExitCode, OpsError} from '../ops-error.js'

const SIGNALS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const
type Signal = keyof typeof SIGNALS

/** npm and npx pass a Ctrl-C on that the terminal has sent already: within this time it is the same keystroke. */
const SAME_KEYSTROKE_MS = 250

/** Why a command was told to stop; it is the reason of the command's AbortSignal. */
export class Interrupted extends Error {
  override readonly name = 'AbortError'
  constructor(
    message: string,
    /** The code of a command that stops without a code of its own: 130, 143, 129, 6 after a deadline, 0 when the reader left. */
    readonly exitCode: number,
  ) {
    super(message)
  }
}

export interface InterruptionOptions {
  /** Told of the first signal. */
  readonly onFirst: (signal: Signal) => void
  /** Ends the process at once, as the signal would have. */
  readonly end?: (signal: Signal) => void
  /** Milliseconds of a clock that is never set back. */
  readonly now?: () => number
}

/** Turns signals, the deadline and a reader that left into one AbortSignal. */
export class Interruption {
  readonly #controller = new AbortController()
  readonly #options: InterruptionOptions
  readonly #listeners = new Map<Signal, () => void>()
  readonly #onBug = (): void => this.abort(new Interrupted('An error that nobody caught', ExitCode.bug))
  #deadline: NodeJS.Timeout | undefined
  #signalledAt: number | undefined

  constructor(options: InterruptionOptions) {
    this.#options = options
    // Every request under way listens: their number is bounded by the commands, not by Node's guess at a leak.
    setMaxListeners(0, this.signal)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The reason, once the signal is aborted. */
  get reason(): Interrupted | undefined {
    return this.signal.reason instanceof Interrupted ? this.signal.reason : undefined
  }

  /**
   * Listens for SIGINT, SIGTERM and SIGHUP: the first aborts, a later one ends the process at once. An error that nobody
   * caught aborts too (process-watch.ts reports it): nothing may go on in a state that nobody knows.
   */
  listen(): void {
    process.on('uncaughtExceptionMonitor', this.#onBug)
    for (const name of Object.keys(SIGNALS) as Signal[]) {
      const listener = (): void => this.receive(name)
      this.#listeners.set(name, listener)
      process.on(name, listener)
    }
  }

  /** Aborts after the given time. */
  setDeadline(seconds: number): void {
    this.#deadline = setTimeout(() => {
      this.abort(new Interrupted(`Not done within ${seconds} s (--timeout)`, ExitCode.unreachable))
    }, seconds * 1000)
    this.#deadline.unref()
  }

  abort(reason: Interrupted): void {
    this.#controller.abort(reason)
  }

  /** A Ctrl-C that was typed at a prompt, where the terminal sends no signal. */
  interrupt(): Interrupted {
    const reason = new Interrupted('Interrupted', ExitCode.sigint)
    this.abort(reason)
    return reason
  }

  /**
   * Gives the signals back to Node.js. After a signal the process is about to end, and its listeners stay until then: the second
   * half of the same keystroke must not cut off what is still being written.
   */
  release(): void {
    clearTimeout(this.#deadline)
    process.off('uncaughtExceptionMonitor', this.#onBug)
    if (this.#signalledAt === undefined) this.#unlisten()
  }

  #unlisten(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener)
    this.#listeners.clear()
  }

  /** What a signal does: the first aborts, a later one ends the process. */
  receive(name: Signal): void {
    const {onFirst, end = endBy, now = () => performance.now()} = this.#options
    if (this.#signalledAt === undefined) {
      this.#signalledAt = now()
      this.abort(new Interrupted(`Interrupted by ${name}`, SIGNALS[name]))
      onFirst(name)
    } else if (now() - this.#signalledAt > SAME_KEYSTROKE_MS) {
      this.#unlisten()
      end(name)
    }
  }
}

/** Without a listener the signal does what it does by default: the shell sees 130 or 143. */
function endBy(signal: Signal): void {
  process.kill(process.pid, signal)
}

/** An error for a deadline, which is a failure to report; the other interruptions end quietly with their code. */
export function deadlineError(reason: Interrupted): OpsError {
  return new OpsError(reason.message, {
    code: 'Timeout',
    exitCode: ExitCode.unreachable,
    suggestions: ['Give it more time with --timeout, or see what takes so long with --debug.'],
    cause: reason,
  })
}

/** Whether an error is what the abort led to: an AbortError, or one that names the reason among its causes. */
export function isAbort(error: unknown, reason: Interrupted): boolean {
  if (!(error instanceof Error)) return false
  return error === reason || error.name === 'AbortError' || isAbort(error.cause, reason)
}
