import type {ExecutionResult} from './execution-result.js'

/** "The last 4 KB of the execution log." */
const TAIL_BYTES = 4096

/** The log of one invocation in the lines that Lambda and the runtime for Node.js write (recorded). */
export class InvocationLog {
  readonly #lines: string[]

  constructor(private readonly requestId: string) {
    this.#lines = [`START RequestId: ${requestId} Version: $LATEST`]
  }

  write(atMs: number, line: string): void {
    this.#lines.push(`${new Date(atMs).toISOString()}\t${this.requestId}\tINFO\t${line}`)
  }

  finish(end: {readonly result: ExecutionResult; readonly durationMs: number; readonly memoryMb: number}): string {
    const {requestId} = this
    const {result, durationMs, memoryMb} = end
    if (result.errorMessage !== undefined) {
      this.#lines.push(`${requestId}\tERROR\tInvoke Error \t${result.payload}`)
    }
    const duration = durationMs.toFixed(2)
    this.#lines.push(
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: ${duration} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${memoryMb} MB\t`,
    )
    return `${this.#lines.join('\n')}\n`
  }
}

/** The end of a log as Invoke answers it with LogType Tail: base64. */
export function tailOf(log: string): string {
  return Buffer.from(log).subarray(-TAIL_BYTES).toString('base64')
}
