import type {SQSClient} from '@aws-sdk/client-sqs'
import type {Call} from '../call.js'
import {Deadline} from '../deadlines.js'
import {assertOwnQueue, assertReadOnly} from '../guards.js'
import type {CallPolicy} from '../middleware.js'
import {translateError} from '../translate.js'
import {AbortListeners} from './abort-listeners.js'
import {requestIdOf, UnreadableAnswer} from './answer.js'
import type {Answer} from './answer.js'
import {decodeIds, decodeReceive, decodeSend, object} from './decode.js'
import type {Members} from './decode.js'
import {encodeDelete, encodeReceive, encodeSend, encodeVisibility} from './encode.js'
import type {LeanCallOptions, LeanOperation, LeanSqs} from './lean-sqs.js'
import {refusalOf} from './refusal.js'
import {Signer} from './signer.js'
import {Transport} from './transport.js'

export interface LeanSqsOptions {
  /** The SDK client whose configuration counts: region, endpoint rules, credentials, and the clock that they share. */
  readonly client: SQSClient
  readonly policy: CallPolicy
  /** How many connections there may be; calls beyond them wait, and fail as not sent after 3 s. */
  readonly maxSockets: number
}

type Credentials = Awaited<ReturnType<SQSClient['config']['credentials']>>

/** AWS recommends to renew credentials five minutes before they end; the SDK's provider does when it is asked then. */
const RENEW_BEFORE_MS = 5 * 60 * 1000

/** LeanSqs with a connection pool of its own. */
export interface LeanSqsClient extends LeanSqs {
  /** Fetches the credentials anew, for a caller that was told `ExpiredToken`. */
  refreshCredentials(): Promise<void>
  /** Closes the connections. */
  close(): void
}

/**
 * A client for the calls that move messages, at a quarter of the SDK's CPU (bench/transport.js): the AWS JSON 1.0 protocol over
 * node:http, with what the SDK client is configured with, and with the guards, deadlines, error translation and debug log of the
 * AWS layer.
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
  #known: Credentials | undefined
  #date = ''

  constructor({client, policy, maxSockets}: LeanSqsOptions, endpoint: URL, region: string) {
    this.#config = client.config
    this.#policy = policy
    this.#host = endpoint.host
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

  async refreshCredentials(): Promise<void> {
    this.#known = await this.#config.credentials({forceRefresh: true})
  }

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
    const started = performance.now()
    let answer: Answer | undefined
    try {
      const credentials = await this.#credentials(signal)
      const deadline = new Deadline(waitSeconds(operation, input), this.#policy.requestTimeoutMs)
      const body = Buffer.from(encode(input))
      const headers = this.#signer.sign(
        `AmazonSQS.${operation}`,
        body,
        credentials,
        Date.now() + this.#config.systemClockOffset,
      )
      answer = await this.#transport.post(headers, body, deadline.attemptMs(), signal)
      this.#setClock(answer)
      if (answer.statusCode >= 300) throw await refusalOf(answer, operation)
      const output = read(answer, decode)
      this.#log(operation, answer, undefined, started)
      return output
    } catch (error) {
      this.#log(operation, answer, error, started)
      throw translateError(error, this.#callOf(operation, input))
    }
  }

  #guard(operation: LeanOperation, input: {QueueUrl: string | undefined}): void {
    if (this.#policy.readOnly) assertReadOnly(this.#callOf(operation, input))
    const {QueueUrl: url} = input
    if (url === undefined || this.#ownQueues.has(url)) return
    assertOwnQueue(this.#callOf(operation, input))
    this.#ownQueues.add(url)
  }

  #callOf(operation: LeanOperation, input: object): Call {
    const {region, endpoint, profile, sandbox, service} = this.#policy
    return {service, operation, input: {...input}, region, endpoint, profile, sandbox}
  }

  async #credentials(signal: AbortSignal | undefined): Promise<Credentials> {
    const known = this.#known
    if (known && !isExpiring(known)) return known
    const fetched = this.#config.credentials()
    this.#known = await (signal ? this.#aborts.race(fetched, signal) : fetched)
    return this.#known
  }

  /** Keeps the SDK's estimate of the service's clock: signatures are refused when they are minutes off. */
  #setClock({headers: {date, age}}: Answer): void {
    if (date === undefined || date === this.#date || age !== undefined) return
    this.#date = date
    const timeMs = Date.parse(date)
    if (!Number.isNaN(timeMs)) this.#config.systemClockOffset = timeMs - Date.now()
  }

  #log(operation: LeanOperation, answer: Answer | undefined, error: unknown, started: number): void {
    const {debug, service} = this.#policy
    if (!debug) return
    const requestId = answer && requestIdOf(answer.headers)
    const failure = error === undefined ? [] : [error instanceof Error ? error.name : 'Error']
    debug(
      [
        `${service} ${operation}`,
        'attempt 1',
        this.#host,
        [answer?.statusCode ?? '-', ...failure].join(' '),
        `${(performance.now() - started).toFixed(0)} ms`,
        ...(requestId === undefined ? [] : [`request ${requestId}`]),
      ].join(' · '),
    )
  }
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
    return decode(object(JSON.parse(answer.body.toString())))
  } catch {
    // The text of a SyntaxError repeats the body.
    throw new UnreadableAnswer(`No document of SQS in ${answer.body.length} bytes.`, answer)
  }
}

function waitSeconds(operation: LeanOperation, {WaitTimeSeconds: seconds}: {WaitTimeSeconds?: number}): number {
  // Absent, the queue's ReceiveMessageWaitTimeSeconds counts, which may be 20.
  return operation === 'ReceiveMessage' ? (seconds ?? 20) : 0
}

function isExpiring({expiration}: Credentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < RENEW_BEFORE_MS
}
