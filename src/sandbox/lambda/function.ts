import {hash, randomUUID} from 'node:crypto'
import {functionArn, LATEST, type FunctionAddress} from './function-name.js'
import type {InvokeConfig} from './invoke-config.js'
import type {Statement} from './resource-policy.js'
import type {FunctionSettings} from './settings.js'

/** Counts of a function since it was created, named as Lambda's CloudWatch metrics where there is one. */
export interface FunctionCounts {
  /** Times that the handler was run. */
  invocations: number
  errors: number
  throttles: number
  asyncEventsReceived: number
  asyncEventsDropped: number
  /** Of these, those that neither a destination nor a dead-letter queue took. */
  eventsLost: number
  deadLetterErrors: number
  destinationDeliveryFailures: number
}

/** One function: what was set, the archive that is stored and never run, and what it does at the moment. */
export class LambdaFunction {
  readonly arn: string
  readonly tags = new Map<string, string>()
  statements: readonly Statement[] = []
  invokeConfig: InvokeConfig | undefined
  reservedConcurrency: number | undefined
  readonly counts: FunctionCounts = {
    invocations: 0,
    errors: 0,
    throttles: 0,
    asyncEventsReceived: 0,
    asyncEventsDropped: 0,
    eventsLost: 0,
    deadLetterErrors: 0,
    destinationDeliveryFailures: 0,
  }
  /** Invocations under way. */
  running = 0
  /** Events that were accepted and have not come to their end. */
  eventsWaiting = 0
  revisionId = randomUUID()
  #settings: FunctionSettings
  #archive: Buffer
  #modifiedMs: number

  constructor(
    readonly address: FunctionAddress,
    options: {readonly settings: FunctionSettings; readonly archive: Buffer; readonly nowMs: number},
  ) {
    this.arn = functionArn(address)
    this.#settings = options.settings
    this.#archive = options.archive
    this.#modifiedMs = options.nowMs
  }

  get name(): string {
    return this.address.name
  }

  get settings(): FunctionSettings {
    return this.#settings
  }

  /** Whether no more invocations may run at the moment. */
  get busy(): boolean {
    return this.reservedConcurrency !== undefined && this.running >= this.reservedConcurrency
  }

  configure(settings: FunctionSettings, nowMs: number): void {
    this.#settings = settings
    this.#touch(nowMs)
  }

  replaceCode(archive: Buffer, nowMs: number): void {
    this.#archive = archive
    this.#touch(nowMs)
  }

  permit(statements: readonly Statement[]): void {
    this.statements = statements
    this.revisionId = randomUUID()
  }

  /** The members of FunctionConfiguration that a list shows; single functions have a state besides. */
  configuration(): Readonly<Record<string, unknown>> {
    return {
      ...this.#settings,
      FunctionName: this.name,
      FunctionArn: this.arn,
      CodeSha256: hash('sha256', this.#archive, 'base64'),
      CodeSize: this.#archive.length,
      LastModified: new Date(this.#modifiedMs).toISOString().replace('Z', '+0000'),
      LoggingConfig: {LogFormat: 'Text', LogGroup: `/aws/lambda/${this.name}`, ...this.#settings.LoggingConfig},
      PackageType: 'Zip',
      RevisionId: this.revisionId,
      SnapStart: {ApplyOn: 'None', OptimizationStatus: 'Off'},
      Version: LATEST,
    }
  }

  #touch(nowMs: number): void {
    this.#modifiedMs = nowMs
    this.revisionId = randomUUID()
  }
}
