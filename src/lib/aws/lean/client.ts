import type {SQSClient} from '@aws-sdk/client-sqs'
import {waitSeconds} from '../call.js'
import type {Call} from '../call.js'
import {attemptLine} from '../debug-line.js'
import {Deadline} from '../deadlines.js'
import {assertOwnQueue, assertReadOnly} from '../guards.js'
import type {CallPolicy} from '../middleware.js'
import {EXPIRED_CREDENTIALS} from '../service-errors.js'
import {translateError} from '../translate.js'
import {AbortListeners} from './abort-listeners.js'
import {AccountCredentials} from './account-credentials.js'
import type {AccountCredentialsOptions, Credentials} from './account-credentials.js'
import {requestIdOf, UnreadableAnswer} from './answer.js'
import type {Answer} from './answer.js'
import {decodeGetAttributes, decodeIds, decodeReceive, decodeSend, object} from './decode.js'
import type {Members} from './decode.js'
import {encodeDelete, encodeGetAttributes, encodeReceive, encodeSend, encodeVisibility} from './encode.js'
import type {LeanCallOptions, LeanOperation, LeanSqs, LeanSqsClient} from './lean-sqs.js'
import {refusalOf} from './refusal.js'
import {Signer} from './signer.js'
import {Transport} from './transport.js'

export interface LeanSqsOptions extends Pick<AccountCredentialsOptions, 'accountBefore' | 'accountNow'> {
  /** The SDK client whose configuration counts: region, endpoint rules, credentials, and the clock that they share. */
  readonly client: SQSClient
  readonly policy: CallPolicy
  /** How many connections there may be; calls beyond them wait, and fail as not sent after 3 s. */
  readonly maxSockets: number
}

/** The service's clock is further off than this when it refuses a signature for its time, in milliseconds. */
const SKEW_MS = 4 * 60 * 1000
/** How services name that refusal; most have other reasons too, so a changed clock must be seen as well. */
const SKEWED: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])

/** What one request was signed with. */
interface Signing {
  readonly credentials: Credentials
  readonly offsetMs: number
}

/**
 * A client for the calls that move messages, at a fifth of the SDK's CPU (bench/transport.js): the AWS JSON 1.0 protocol over
 * connections of its own, with what the SDK client is configured with, and with the guards, deadlines, error translation and debug
 * log of the AWS layer.
 */
export async function createLeanSqs(options: LeanSqsOptions): Promise<LeanSqsClient> {
  const {config} = options.client
  return new HttpLeanSqs(options, await endpointOf(config), await config.region())
}

class HttpLeanSqs implements LeanSqsClient {
  readonly #config: SQSClient['config']
  readonly #policy: CallPolicy
  readonly #transport: Transport
  readonly #signer: Signer
  readonly #host: string
  readonly #ownQueues = new Set<string>()
  readonly #aborts = new AbortListeners()
  readonly #credentials: AccountCredentials
  #date = ''

  constructor({client, policy, maxSockets, accountBefore, accountNow}: LeanSqsOptions, endpoint: URL, region: string) {
    this.#config = client.config
    this.#policy = policy
    this.#host = endpoint.host
    this.#credentials = new AccountCredentials({
      fetch: async options => client.config.credentials(options),
      accountBefore,
      accountNow,
    })
    this.#transport = new Transport({endpoint, maxSockets, aborts: this.#aborts})
    this.#signer = new Signer({host: endpoint.host, path: endpoint.pathname, region, service: 'sqs'})
  }

  receiveMessage: LeanSqs['receiveMessage'] = async (input, options) =>
    this.#call('ReceiveMessage', input, encodeReceive, decodeReceive, options)

  sendMessageBatch: LeanSqs['sendMessageBatch'] = async (input, options) =>
    this.#call('SendMessageBatch', input, encodeSend, decodeSend, options)

  deleteMessageBatch: LeanSqs['deleteMessageBatch'] = async (input, options) =>
    this.#call('DeleteMessageBatch', input, encodeDelete, decodeIds, options)

  changeMessageVisibilityBatch: LeanSqs['changeMessageVisibilityBatch'] = async (input, options) =>
    this.#call('ChangeMessageVisibilityBatch', input, encodeVisibility, decodeIds, options)

  getQueueAttributes: LeanSqs['getQueueAttributes'] = async (input, options) =>
    this.#call('GetQueueAttributes', input, encodeGetAttributes, decodeGetAttributes, options)

  close(): void {
    this.#transport.close()
  }

  async #call<Input extends {QueueUrl: string | undefined; WaitTimeSeconds?: number}, Output>(
    operation: LeanOperation,
    input: Input,
    encode: (input: Input) => string,
    decode: (document: Members) => Output,
    {signal}: LeanCallOptions = {},
  ): Promise<Output> {
    this.#guard(operation, input)
    const request = {operation, body: encode(input), waitSeconds: waitSeconds(operation, input), signal}
    try {
      const first: Attempt = {...request, attempt: 1}
      try {
        return await this.#attempt(first, decode)
      } catch (error) {
        if (!(await this.#unlessAborted(this.#isMended(error, first.signing), signal))) throw error
        return await this.#attempt({...request, attempt: 2}, decode)
      }
    } catch (error) {
      throw translateError(error, this.#callOf(operation, input))
    }
  }

  async #attempt<Output>(request: Attempt, decode: (document: Members) => Output): Promise<Output> {
    const {operation, body, signal, attempt} = request
    const started = performance.now()
    let answer: Answer | undefined
    try {
      const credentials = this.#credentials.known ?? (await this.#unlessAborted(this.#credentials.current(), signal))
      const offsetMs = this.#config.systemClockOffset
      request.signing = {credentials, offsetMs}
      const deadline = new Deadline(request.waitSeconds, this.#policy.requestTimeoutMs)
      const headers = this.#signer.sign(`AmazonSQS.${operation}`, body, credentials, Date.now() + offsetMs)
      answer = await this.#transport.post(headers, body, deadline.attemptMs(), signal)
      this.#setClock(answer)
      if (answer.statusCode >= 300) throw await refusalOf(answer, operation)
      const output = read(answer, decode)
      this.#log(operation, attempt, answer, undefined, started)
      return output
    } catch (error) {
      this.#log(operation, attempt, answer, error, started)
      throw error
    }
  }

  /**
   * Whether the request was refused for what it was signed with, and there is something better now. A definite no, so that even a send
   * may be made once more.
   */
  async #isMended(error: unknown, signing: Signing | undefined): Promise<boolean> {
    if (!signing || !isRefusal(error)) return false
    if (EXPIRED_CREDENTIALS.has(error.name)) return this.#credentials.renew(signing.credentials)
    return SKEWED.has(error.name) && Math.abs(this.#config.systemClockOffset - signing.offsetMs) >= SKEW_MS
  }

  async #unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    return signal ? this.#aborts.race(work, signal) : work
  }

  #guard(operation: LeanOperation, input: {QueueUrl: string | undefined}): void {
    if (this.#policy.readOnly) assertReadOnly(this.#callOf(operation, input))
    const {QueueUrl: url} = input
    if (url === undefined || this.#ownQueues.has(url)) return
    assertOwnQueue(this.#callOf(operation, input))
    this.#ownQueues.add(url)
  }

  #callOf(operation: LeanOperation, input: object): Call {
    const {region, endpoint, endpointSource, profile, sandbox, service} = this.#policy
    return {service, operation, input: {...input}, region, endpoint, endpointSource, profile, sandbox}
  }

  /** Keeps the SDK's estimate of the service's clock: signatures are refused when they are minutes off. */
  #setClock({headers: {date, age}}: Answer): void {
    if (date === undefined || date === this.#date || age !== undefined) return
    this.#date = date
    const timeMs = Date.parse(date)
    if (!Number.isNaN(timeMs)) this.#config.systemClockOffset = timeMs - Date.now()
  }

  #log(operation: LeanOperation, attempt: number, answer: Answer | undefined, error: unknown, started: number): void {
    const {debug, service} = this.#policy
    if (debug === undefined) return
    debug(
      attemptLine({
        service,
        operation,
        attempt,
        host: this.#host,
        status: answer?.statusCode,
        failure: error === undefined ? undefined : error instanceof Error ? error.name : 'Error',
        durationMs: performance.now() - started,
        requestId: answer && requestIdOf(answer.headers),
      }),
    )
  }
}

/** One request of a call. */
interface Attempt {
  readonly operation: LeanOperation
  readonly body: string
  readonly waitSeconds: number
  readonly signal: AbortSignal | undefined
  readonly attempt: number
  signing?: Signing
}

/** Whether the service said no: the request has not taken effect. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || !('$metadata' in error)) return false
  const {httpStatusCode: status = 0} = error.$metadata as {httpStatusCode?: number}
  return status >= 400 && status < 500
}

/** The custom endpoint, or what the SDK's rules say for the region; its path ends in a slash. */
async function endpointOf(config: SQSClient['config']): Promise<URL> {
  const custom = await config.endpoint?.()
  const url = custom
    ? new URL(
        `${custom.protocol}//${custom.hostname}${custom.port === undefined ? '' : `:${custom.port}`}${custom.path}`,
      )
    : new URL(
        config.endpointProvider({
          Region: await config.region(),
          UseFIPS: await config.useFipsEndpoint(),
          UseDualStack: await config.useDualstackEndpoint(),
        }).url,
      )
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

function read<Output>(answer: Answer, decode: (document: Members) => Output): Output {
  try {
    return decode(object(JSON.parse(answer.text)))
  } catch {
    // The text of a SyntaxError repeats the body.
    throw new UnreadableAnswer(`No document of SQS in ${answer.text.length} characters.`, answer)
  }
}
