import type {Clock} from '../clock.js'
import {answered, noHandler, threw, timedOut, type ExecutionResult} from './execution-result.js'
import type {LambdaFunction} from './function.js'
import type {HandlerContext, Handlers} from './handlers/handler.js'
import {findHandler} from './handlers/registry.js'
import {InvocationLog} from './invocation-log.js'

export interface Execution extends ExecutionResult {
  /** The lines that CloudWatch Logs would get. */
  readonly log: string
}

/** Runs handlers and times them on the clock of the local AWS. Nothing that a handler does at once gets past it. */
export class Executor {
  readonly #clock: Clock
  readonly #handlers: Handlers
  /** What to do with every run under way when all is to be forgotten. */
  readonly #abandon = new Set<() => void>()

  constructor(options: {readonly clock: Clock; readonly handlers: Handlers}) {
    this.#clock = options.clock
    this.#handlers = options.handlers
  }

  /** Calls back exactly once: before it returns where the handler answers at once, and with undefined when everything is forgotten. */
  run(
    fn: LambdaFunction,
    {event, requestId}: {readonly event: string; readonly requestId: string},
    ended: (execution: Execution | undefined) => void,
  ): void {
    const startMs = this.#clock.now()
    const {Timeout, MemorySize} = fn.settings
    const timeoutMs = Timeout * 1000
    const log = new InvocationLog(requestId)
    let spentMs = 0
    let cancel: () => void = () => undefined
    let over = false
    fn.counts.invocations += 1
    fn.running += 1

    const end = (result: ExecutionResult | undefined) => {
      over = true
      cancel()
      this.#abandon.delete(abandon)
      fn.running -= 1
      if (result === undefined) {
        ended(undefined)
        return
      }
      if (result.errorMessage !== undefined) fn.counts.errors += 1
      const durationMs = this.#clock.now() - startMs
      ended({...result, log: log.finish({result, durationMs, memoryMb: MemorySize})})
    }
    const abandon = () => end(undefined)
    this.#abandon.add(abandon)
    const expire = () => end(timedOut(requestId, Timeout))
    /** The handler is done; the invocation is when the time that it took has passed. A promise may be kept when it is over. */
    const settle = (result: ExecutionResult) => {
      if (over) return
      const leftMs = startMs + spentMs - this.#clock.now()
      if (leftMs <= 0) {
        end(result)
        return
      }
      cancel()
      const doneMs = startMs + spentMs
      const expiresMs = startMs + timeoutMs
      cancel = doneMs < expiresMs ? this.#clock.at(doneMs, () => end(result)) : this.#clock.at(expiresMs, expire)
    }

    const context: HandlerContext = {
      awsRequestId: requestId,
      functionName: fn.name,
      invokedFunctionArn: fn.arn,
      environment: fn.settings.Environment?.Variables ?? {},
      getRemainingTimeInMillis: () => Math.max(0, startMs + timeoutMs - spentMs - this.#clock.now()),
      log: line => log.write(this.#clock.now(), line),
      spend(milliseconds) {
        if (milliseconds > 0) spentMs += milliseconds
      },
    }
    const handler = findHandler(this.#handlers, fn.settings.Handler)
    if (!handler) {
      settle(noHandler(fn.settings.Handler, [...this.#handlers.keys()]))
      return
    }
    let answer: unknown
    try {
      answer = handler(JSON.parse(event), context)
    } catch (error) {
      settle(threw(error))
      return
    }
    if (!(answer instanceof Promise)) {
      settle(answered(answer))
      return
    }
    cancel = this.#clock.at(startMs + timeoutMs, expire)
    answer.then(
      (value: unknown) => settle(answered(value)),
      (error: unknown) => settle(threw(error)),
    )
  }

  /** Ends every run under way without a result. */
  clear(): void {
    for (const abandon of [...this.#abandon]) abandon()
  }
}
