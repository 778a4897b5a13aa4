import {setTimeout as sleep} from 'node:timers/promises'
import {AwsOpsError} from '../aws/errors.js'

/** SNS's names of it: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const THROTTLED: ReadonlySet<string> = new Set(['Throttled', 'ThrottledException', 'Throttling', 'ThrottlingException'])

const PATIENCE = 6
const FIRST_PAUSE_MS = 250

interface Options {
  readonly signal?: AbortSignal
  /** Waits so many milliseconds. */
  readonly pause?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>
  /** In [0, 1). */
  readonly random?: () => number
}

const pauseFor = async (milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> =>
  sleep(milliseconds, undefined, {signal})

/** A throttled call is a definite no: nothing of it has happened, so that even a publish may be repeated. */
function isThrottled(error: unknown): boolean {
  return error instanceof AwsOpsError && error.outcome === 'rejected' && THROTTLED.has(error.code)
}

/**
 * Repeats a call that SNS throttles, six times at most, with pauses that double from a quarter of a second: an account with more topics than
 * SNS answers in a second is listed slowly, not in part. Any other failure is thrown at once, and the last one in the end.
 */
export async function patiently<Value>(
  call: () => Promise<Value>,
  {signal, pause = pauseFor, random = Math.random}: Options = {},
): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt >= PATIENCE || !isThrottled(error)) throw error
      // Half of it is left to chance, so that reads that were throttled together do not come back together.
      await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + random() / 2), signal)
    }
  }
}
