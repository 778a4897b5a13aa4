/** What every service of the local AWS is to the server: a name in the credential scope and a handler of decoded requests. */

export interface ServiceRequest {
  /** 12 digits, taken from the credentials (see accounts.ts). */
  readonly account: string
  readonly region: string
  readonly accessKeyId: string
  /** The operation's name as AWS spells it, e.g. `SendMessageBatch`. */
  readonly action: string
  /** The decoded input in the members and types of the service model: numbers are numbers, blobs are Buffers. */
  readonly input: Readonly<Record<string, unknown>>
  readonly requestId: string
  /** `http://127.0.0.1:PORT` as the caller addressed it; queue URLs are made from it. */
  readonly origin: string
  /** The X-Ray header `x-amzn-trace-id`, which services pass on to what they deliver to. */
  readonly traceHeader?: string
  /** Aborted when the caller hangs up: a long poll must then receive nothing. */
  readonly signal: AbortSignal
}

export interface Service {
  /** The service in the SigV4 credential scope: `sqs`, `sts`, ... */
  readonly name: string
  /** Resolves with the output members; rejects with AwsError. */
  handle(request: ServiceRequest): Promise<Readonly<Record<string, unknown>>>
  /** Counts and names for `sandbox status`, by `account/region`. */
  status(): unknown
  reset(): void
}

/** An error in AWS's shape; the codecs render it as JSON or XML. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  constructor(
    /** The shape name that SDKs match, e.g. `QueueDoesNotExist`. */
    readonly code: string,
    message: string,
    readonly options: {
      readonly status?: number
      /** The code of the older query protocol where it differs, e.g. `AWS.SimpleQueueService.NonExistentQueue`. */
      readonly queryCode?: string
      readonly fault?: 'Sender' | 'Receiver'
      /** Further members of the error, REST-JSON only. */
      readonly details?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
  }
}
