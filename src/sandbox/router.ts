import {randomUUID} from 'node:crypto'
import type {Accounts} from './accounts.js'
import type {VirtualClock} from './virtual-clock.js'
import type {Call, Codec} from './codecs/codec.js'
import {jsonCodec} from './codecs/json.js'
import {queryCodec} from './codecs/query.js'
import {restJsonCodec} from './codecs/rest-json.js'
import {credentialScopeOf, type CredentialScope} from './credential-scope.js'
import type {Faults} from './faults/faults.js'
import {performFault} from './faults/perform.js'
import type {FaultRule} from './faults/rule.js'
import type {ServiceModel} from './models/shape.js'
import type {RequestLog, RequestRecord} from './request-log.js'
import {AwsError, type Service, type ServiceRequest} from './service.js'
import type {WireReply, WireRequest} from './wire.js'

/** A service and the model its codecs read. */
export interface Registration {
  readonly service: Service
  readonly model: ServiceModel
}

export interface RouterOptions {
  readonly registrations: readonly Registration[]
  readonly accounts: Accounts
  readonly clock: VirtualClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly log: (line: string) => void
}

/** Finds the service of each request by its credential scope, the protocol by its headers, and answers in AWS's form. */
export class Router {
  readonly #options: RouterOptions
  readonly #registrations: ReadonlyMap<string, Registration>

  constructor(options: RouterOptions) {
    this.#options = options
    this.#registrations = new Map(options.registrations.map(entry => [entry.model.name, entry]))
  }

  async answer(request: WireRequest): Promise<WireReply> {
    const requestId = randomUUID()
    let codec = codecOf(request)
    let scope: CredentialScope | undefined
    let registration: Registration | undefined
    let record: RequestRecord | undefined
    try {
      scope = credentialScopeOf(request)
      registration = this.#registrations.get(scope.service)
      if (!registration) throw this.#absent(scope.service)
      if (registration.model.protocols.includes('rest-json')) codec = restJsonCodec
      this.#admit(scope, request)
      const call = codec.decode(request, registration.model)
      record = this.#record(requestId, scope, call.action)
      const asked = new RoutedRequest(request, scope, record.account, call, requestId)
      const route = {codec, call, asked, ...registration}
      const rule = this.#options.faults.any
        ? this.#options.faults.take({service: scope.service, ...targetOf(asked)})
        : undefined
      if (rule) {
        const reply = await this.#suffer(rule, route)
        record.outcome = `fault:${rule.kind}`
        return reply
      }
      const reply = codec.success(call, await registration.service.handle(asked), registration.model, requestId)
      record.outcome = 'ok'
      return reply
    } catch (error) {
      const shown = this.#asAwsError(error, requestId)
      record ??= this.#record(requestId, scope)
      record.outcome = shown.code
      return codec.failure(shown, registration?.model, requestId)
    }
  }

  #suffer(rule: FaultRule, {codec, call, asked, service, model}: Route): Promise<WireReply> {
    return performFault(rule, {
      target: {service: model.name, ...targetOf(asked)},
      callerArn: this.#options.accounts.principalOf(asked.accessKeyId).arn,
      nowMs: () => this.#options.clock.now(),
      apply: input => service.handle(asked.withInput(input)),
      success: output => codec.success(call, output, model, asked.requestId),
      failure: error => codec.failure(error, model, asked.requestId),
    })
  }

  #record(requestId: string, scope: CredentialScope | undefined, action = ''): RequestRecord {
    return this.#options.requests.add({
      service: scope?.service ?? '',
      action,
      account: scope ? this.#options.accounts.accountOf(scope.accessKeyId) : '',
      region: scope?.region ?? '',
      at: this.#options.clock.now(),
      requestId,
      outcome: 'pending',
    })
  }

  /** Refuses temporary credentials that have run out or were never issued with this token. */
  #admit({accessKeyId}: CredentialScope, request: WireRequest): void {
    const token = request.headers['x-amz-security-token']
    const standing = this.#options.accounts.standing(
      accessKeyId,
      typeof token === 'string' ? token : undefined,
      this.#options.clock.now(),
    )
    if (standing === 'expired') {
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired', {
        status: 403,
        queryCode: 'ExpiredToken',
      })
    }
    if (standing === 'invalid') {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', {
        status: 403,
        queryCode: 'InvalidClientTokenId',
      })
    }
  }

  #absent(service: string): AwsError {
    const names = [...this.#registrations.keys()].join(', ')
    return new AwsError('SandboxServiceMissing', `The local AWS has no ${service}. It has: ${names}.`)
  }

  #asAwsError(error: unknown, requestId: string): AwsError {
    if (error instanceof AwsError) return error
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#options.log(`${requestId} ${stack}`)
    return new AwsError(
      'InternalFailure',
      `The local AWS has a bug: ${error instanceof Error ? error.message : String(error)}`,
      {
        status: 500,
        fault: 'Receiver',
      },
    )
  }
}

/** A form, or a URL with an action, is query; everything else gets JSON, which REST-JSON clients understand too when refused. */
function codecOf({headers, target}: WireRequest): Codec {
  if (headers['x-amz-target'] !== undefined) return jsonCodec
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') || target.includes('Action=')
    ? queryCodec
    : jsonCodec
}

interface Route extends Registration {
  readonly codec: Codec
  readonly call: Call
  readonly asked: RoutedRequest
}

function targetOf({action, account, region, input}: ServiceRequest) {
  return {action, account, region, input}
}

class RoutedRequest implements ServiceRequest {
  readonly account: string
  readonly region: string
  readonly accessKeyId: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  readonly requestId: string
  readonly origin: string
  readonly #wire: WireRequest
  readonly #scope: CredentialScope
  readonly #call: Call

  constructor(wire: WireRequest, scope: CredentialScope, account: string, call: Call, requestId: string) {
    this.account = account
    this.region = scope.region
    this.accessKeyId = scope.accessKeyId
    this.action = call.action
    this.input = call.input
    this.requestId = requestId
    this.origin = wire.origin
    this.#wire = wire
    this.#scope = scope
    this.#call = call
  }

  get traceHeader(): string | undefined {
    const header = this.#wire.headers['x-amzn-trace-id']
    return typeof header === 'string' ? header : undefined
  }

  /** Made when a long poll first asks: most requests never do. */
  get signal(): AbortSignal {
    return this.#wire.signal
  }

  withInput(input: Readonly<Record<string, unknown>>): ServiceRequest {
    return input === this.input
      ? this
      : new RoutedRequest(this.#wire, this.#scope, this.account, {...this.#call, input: {...input}}, this.requestId)
  }
}
