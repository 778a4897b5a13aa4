/** How one run of a function ended. */
export interface ExecutionResult {
  /** JSON: the answer, or the error as the runtime for Node.js reports it. */
  readonly payload: string
  /** The message of the error; undefined where the function succeeded. */
  readonly errorMessage: string | undefined
}

/** "6 MB each for request and response", and a little more for the envelope (recorded). */
const LARGEST_ANSWER = 6_291_556

/** What a handler returned, as the function's answer. */
export function answered(value: unknown): ExecutionResult {
  let payload: string
  try {
    // In a list, what has no JSON is null, as Node.js answers it.
    payload = JSON.stringify([value]).slice(1, -1)
  } catch (error) {
    return failed('Runtime.MarshalError', `Unable to stringify response body: ${messageOf(error)}`, [])
  }
  if (Buffer.byteLength(payload) <= LARGEST_ANSWER) return {payload, errorMessage: undefined}
  return failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${LARGEST_ANSWER} bytes).`,
  )
}

/** What a handler threw. The frames of the stack are those of this machine and are left out. */
export function threw(error: unknown): ExecutionResult {
  if (!(error instanceof Error)) return failed(error === null ? 'null' : typeof error, messageOf(error), [])
  const message = messageOf(error)
  const name = typeof error.name === 'string' ? error.name : 'Error'
  return failed(name, message, [`${name}: ${message}`])
}

/** In AWS's recorded words. */
export function timedOut(requestId: string, timeoutSeconds: number): ExecutionResult {
  return failed(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  )
}

/** As a module that is not in the archive fails on AWS, with what the local AWS runs instead of archives. */
export function noHandler(handler: string, known: readonly string[]): ExecutionResult {
  const dot = handler.lastIndexOf('.')
  const module = dot === -1 ? handler : handler.slice(0, dot)
  const message = `Error: Cannot find module '${module}'\nThe local AWS runs no uploaded code. The Handler of a function names one of its own: ${known.join(', ')}.`
  return failed('Runtime.ImportModuleError', message, [`Runtime.ImportModuleError: ${message}`])
}

function failed(errorType: string, errorMessage: string, trace?: readonly string[]): ExecutionResult {
  return {payload: JSON.stringify({errorType, errorMessage, ...(trace && {trace})}), errorMessage}
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return typeof error.message === 'string' ? error.message : ''
  if (typeof error === 'object' && error !== null) return '[object]'
  return String(error)
}
