import {createHash} from 'node:crypto'
import {ExitCode} from '../ops-error.js'
import {describeCall, resourceOf, waitSeconds} from './call.js'
import type {Call} from './call.js'
import {attemptLine} from './debug-line.js'
import {Deadline, limitAttempt} from './deadlines.js'
import {AwsOpsError, outcomeOf} from './errors.js'
import type {Outcome} from './errors.js'
import {assertOwnQueue, assertReadOnly, assertRepeatable} from './guards.js'
import {translateError, worse} from './translate.js'

/** What every call of a client goes through. */
export interface CallPolicy {
  readonly service: string
  readonly region: string
  readonly endpoint: string | undefined
  readonly endpointSource?: string
  readonly profile: string | undefined
  readonly sandbox: boolean
  readonly readOnly: boolean
  /** Whether the client's SDK may repeat a call. */
  readonly repeats: boolean
  readonly requestTimeoutMs: number | undefined
  readonly debug: ((line: string) => void) | undefined
}

/** The face of the SDK's middleware stack that this file uses; the SDK's own types are tied to one service each. */
interface Stack {
  add(middleware: Middleware, options: object): void
  addRelativeTo(middleware: Middleware, options: object): void
}
type Middleware = (next: Handler, context: Context) => Handler
type Handler = (args: Args) => Promise<Result>
interface Args {
  readonly input: Readonly<Record<string, unknown>>
  readonly request?: {readonly hostname?: string; readonly port?: number}
}
interface Result {
  readonly output: {readonly $metadata?: Metadata; readonly [member: string]: unknown}
}
interface Metadata {
  readonly httpStatusCode?: number
  readonly requestId?: string
}
interface Context {
  readonly commandName?: string
  readonly __smithy_context?: {readonly abortSignal?: AbortSignal}
}

/** What is known of a call under way. */
interface Progress {
  readonly call: Call
  /** Runs from the first attempt: a person who types an MFA code before it has all the time of the world. */
  deadline: Deadline | undefined
  attempts: number
  worst: Outcome | undefined
}

/** Ends the SDK's retrying: it retries by name, code, status and cause, and this has none that it knows. */
class LastAttempt extends Error {
  constructor(readonly error: unknown) {
    super('No time is left for another attempt.')
  }
}

/**
 * Puts guards, error translation, deadlines and the debug log around every call of a client. Guards come before anything is sent;
 * translation is outermost, so that the SDK's retries have happened by then.
 */
export function installMiddleware(client: {readonly middlewareStack: unknown}, policy: CallPolicy): void {
  const stack = client.middlewareStack as Stack
  const underWay = new WeakMap<Context, Progress>()
  stack.add(aroundCall(policy, underWay), {step: 'initialize', priority: 'high', name: 'msgopsCall'})
  stack.addRelativeTo(aroundAttempt(policy, underWay), {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'msgopsAttempt',
  })
  stack.add(beforeWire(underWay), {step: 'deserialize', priority: 'low', name: 'msgopsWire'})
}

function aroundCall(policy: CallPolicy, underWay: WeakMap<Context, Progress>): Middleware {
  return (next, context) => async args => {
    const call: Call = {
      service: policy.service,
      operation: (context.commandName ?? '').replace(/Command$/, ''),
      input: args.input,
      region: policy.region,
      endpoint: policy.endpoint,
      endpointSource: policy.endpointSource,
      profile: policy.profile,
      sandbox: policy.sandbox,
    }
    if (policy.readOnly) assertReadOnly(call)
    if (policy.repeats) assertRepeatable(call)
    assertOwnQueue(call)
    const signal = context.__smithy_context?.abortSignal
    const progress: Progress = {call, deadline: undefined, attempts: 0, worst: undefined}
    underWay.set(context, progress)
    try {
      const result = await orAbort(next(args), signal)
      if (policy.repeats) assertBodiesIntact(call, result.output)
      return result
    } catch (caught) {
      const error = caught instanceof LastAttempt ? caught.error : caught
      throw translateError(error, call, progress.worst)
    }
  }
}

function aroundAttempt({debug, requestTimeoutMs}: CallPolicy, underWay: WeakMap<Context, Progress>): Middleware {
  return (next, context) => async args => {
    const progress = underWay.get(context)
    if (!progress) return next(args)
    progress.attempts += 1
    const deadline = (progress.deadline ??= new Deadline(
      waitSeconds(progress.call.operation, progress.call.input),
      requestTimeoutMs,
    ))
    const started = performance.now()
    const log = (metadata: Metadata | undefined, failure?: string) =>
      debug?.(
        attemptLine({
          service: progress.call.service,
          operation: progress.call.operation,
          attempt: progress.attempts,
          host: hostOf(args),
          status: metadata?.httpStatusCode,
          failure,
          durationMs: performance.now() - started,
          requestId: metadata?.requestId,
        }),
      )
    try {
      const result = await next(args)
      log(result.output.$metadata)
      return result
    } catch (error) {
      const {$metadata: metadata, name} = error as {$metadata?: Metadata; name?: string}
      log(metadata, name ?? 'Error')
      progress.worst = worse(progress.worst, outcomeOf(translateError(error, progress.call)))
      throw deadline.spent ? new LastAttempt(error) : error
    }
  }
}

function beforeWire(underWay: WeakMap<Context, Progress>): Middleware {
  return (next, context) => args => {
    const deadline = underWay.get(context)?.deadline
    if (deadline && args.request) limitAttempt(args.request, deadline.attemptMs())
    return next(args)
  }
}

/**
 * Verifies the MD5 of received bodies; throws AwsOpsError `MessageCorrupted`. The SDK's own check throws a nameless Error. Clients
 * that do not repeat leave it to their caller, who can then settle each message by itself.
 */
function assertBodiesIntact(call: Call, {Messages: messages}: Result['output']): void {
  if (call.operation !== 'ReceiveMessage' || !Array.isArray(messages)) return
  const corrupted = (messages as {MessageId?: string; Body?: string; MD5OfBody?: string}[])
    .filter(
      ({Body: body, MD5OfBody: md5}) =>
        md5 !==
        createHash('md5')
          .update(body ?? '', 'utf8')
          .digest('hex'),
    )
    .map(message => message.MessageId ?? 'without an id')
  if (corrupted.length === 0) return
  throw new AwsOpsError(
    `${describeCall(call)} returned messages whose bodies do not match their MD5: ${corrupted.join(', ')}.`,
    {
      code: 'MessageCorrupted',
      exitCode: ExitCode.failed,
      suggestions: [
        'They stay in the queue and become visible again. Something on the way changes answers: a proxy, or an emulator.',
      ],
      action: call.operation,
      resource: resourceOf(call),
      httpStatus: undefined,
      outcome: 'unknown',
    },
  )
}

/** Ends the wait for credentials as well, which the SDK does not abort. */
async function orAbort<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(Object.assign(new Error('Request aborted', {cause: signal.reason}), {name: 'AbortError'}))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, {once: true})
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}

function hostOf({request}: Args): string {
  return request?.port === undefined ? (request?.hostname ?? '-') : `${request.hostname ?? '-'}:${request.port}`
}
