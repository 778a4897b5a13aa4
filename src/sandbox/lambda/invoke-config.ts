import {invalidParameterValue, notHere} from './errors.js'
import type {LambdaFunction} from './function.js'
import {functionArn, LATEST} from './function-name.js'
import {integer, structure, text, type Input} from './input.js'
import type {Functions} from './store.js'
import {Violations} from './validation.js'

/** How a function's asynchronous invocations are tried again, and where their records go. */
export interface InvokeConfig {
  readonly maximumRetryAttempts: number | undefined
  /** Seconds. */
  readonly maximumEventAge: number | undefined
  readonly onSuccess: string | undefined
  readonly onFailure: string | undefined
  readonly modifiedMs: number
}

export const DEFAULT_RETRY_ATTEMPTS = 2
/** Six hours. */
export const DEFAULT_EVENT_AGE = 21_600
const LEAST_EVENT_AGE = 60

const DESTINATION =
  /^$|^kafka:\/\/[^.][a-zA-Z0-9\-_.]{0,248}$|^arn:(aws[a-zA-Z0-9-]*):[a-zA-Z0-9-]+:((eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d)?:(\d{12})?:.*$/
const DESTINATION_SHOWN =
  '$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)'

/** The configuration that a request makes of the current one (none: a new one). Throws AWS's errors. */
export function readInvokeConfig(
  fn: LambdaFunction,
  input: Input,
  current: InvokeConfig | undefined,
  {functions, nowMs}: {readonly functions: Functions; readonly nowMs: number},
): InvokeConfig {
  const attempts = integer(input, 'MaximumRetryAttempts')
  const age = integer(input, 'MaximumEventAgeInSeconds')
  const destinations = structure(input, 'DestinationConfig')
  const given = {
    onSuccess: text(structure(destinations, 'OnSuccess'), 'Destination'),
    onFailure: text(structure(destinations, 'OnFailure'), 'Destination'),
  }
  const violations = new Violations()
  violations.range('maximumRetryAttempts', attempts, 0, DEFAULT_RETRY_ATTEMPTS)
  violations.range('maximumEventAgeInSeconds', age, LEAST_EVENT_AGE, DEFAULT_EVENT_AGE)
  violations.pattern('destinationConfig.onSuccess.destination', given.onSuccess, DESTINATION, DESTINATION_SHOWN)
  violations.pattern('destinationConfig.onFailure.destination', given.onFailure, DESTINATION, DESTINATION_SHOWN)
  violations.refuse()
  if (attempts === undefined && age === undefined && input.DestinationConfig === undefined) {
    throw invalidParameterValue('You must specify at least one of error handling or destination setting.')
  }
  for (const destination of [given.onSuccess, given.onFailure]) {
    if (destination) checkDestination(fn, destination, given, functions)
  }
  return {
    maximumRetryAttempts: attempts ?? current?.maximumRetryAttempts,
    maximumEventAge: age ?? current?.maximumEventAge,
    onSuccess: (given.onSuccess ?? current?.onSuccess) || undefined,
    onFailure: (given.onFailure ?? current?.onFailure) || undefined,
    modifiedMs: nowMs,
  }
}

/** A configuration as Lambda answers it. */
export function showInvokeConfig(fn: LambdaFunction, config: InvokeConfig): Readonly<Record<string, unknown>> {
  const destination = (arn: string | undefined) => (arn === undefined ? {} : {Destination: arn})
  return {
    FunctionArn: functionArn(fn.address, LATEST),
    LastModified: new Date(config.modifiedMs),
    DestinationConfig: {OnSuccess: destination(config.onSuccess), OnFailure: destination(config.onFailure)},
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAge,
  }
}

function checkDestination(
  fn: LambdaFunction,
  destination: string,
  given: {readonly onSuccess: string | undefined; readonly onFailure: string | undefined},
  functions: Functions,
): void {
  const service = destination.split(':')[2]
  if (service === 'events' || service === 's3' || destination.startsWith('kafka:')) {
    throw notHere(`${destination.startsWith('kafka:') ? 'Kafka' : service} to send records of invocations to`)
  }
  if (service === 'lambda') {
    const target = functions.byArn(destination)
    if (target === undefined) throw invalidParameterValue(`The destination ARN ${destination} is invalid.`)
    if (target === fn) throw invalidParameterValue("You can't specify the function as a destination for itself.")
    return
  }
  if (service === 'sqs' || service === 'sns') return
  const shown = (name: string, arn: string | undefined) => (arn === undefined ? 'null' : `${name}(destination=${arn})`)
  throw invalidParameterValue(
    `The provided destination config DestinationConfig(onSuccess=${shown('OnSuccess', given.onSuccess)}, onFailure=${shown('OnFailure', given.onFailure)}) is invalid.`,
  )
}
