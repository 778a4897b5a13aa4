import type {Input} from './input.js'
import {invalidParameterValue} from './errors.js'
import {Violations} from './validation.js'

/** What a user sets of a function, in the members of the service model: it is shown as it came. */
export interface FunctionSettings {
  readonly Architectures: readonly string[]
  readonly DeadLetterConfig?: {readonly TargetArn: string}
  readonly Description: string
  readonly Environment?: {readonly Variables: Readonly<Record<string, string>>}
  readonly EphemeralStorage: {readonly Size: number}
  readonly Handler: string
  readonly LoggingConfig?: Readonly<Record<string, string>>
  /** MB */
  readonly MemorySize: number
  readonly Role: string
  readonly Runtime: string
  /** Seconds. */
  readonly Timeout: number
  readonly TracingConfig: {readonly Mode: string}
}

const DEFAULTS = {
  Architectures: ['x86_64'],
  Description: '',
  EphemeralStorage: {Size: 512},
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: {Mode: 'PassThrough'},
}
const MEMBERS = [
  'Architectures',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'Handler',
  'LoggingConfig',
  'MemorySize',
  'Role',
  'Runtime',
  'Timeout',
  'TracingConfig',
] as const

const ROLE = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/
const ROLE_SHOWN = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+'
/** In the order in which AWS names them (recorded). */
const RUNTIMES = [
  ...['nodejs20.x', 'python3.14', 'provided.al2023', 'python3.12', 'python3.13', 'nodejs24.x', 'nodejs22.x', 'java25'],
  ...['python3.10', 'python3.11', 'java21', 'ruby3.3', 'ruby3.4', 'ruby3.2', 'python3.8', 'python3.9', 'java17'],
  ...['nodejs16.x', 'dotnet10', 'dotnet8', 'java11', 'dotnet6', 'nodejs18.x', 'provided.al2', 'java8.al2'],
]
const ENVIRONMENT_LIMIT = 4096
const DEAD_LETTER_TARGET = /^arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/

/** The settings of a new function. Throws AWS's errors for what is missing or not valid. */
export function newSettings(input: Input): FunctionSettings {
  const violations = new Violations()
  violations.required('role', input.Role)
  violations.refuse()
  if (input.Runtime === undefined || input.Handler === undefined) {
    // Worded here.
    throw invalidParameterValue(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    )
  }
  return applySettings(DEFAULTS as unknown as FunctionSettings, input)
}

/** The settings with the members of a request in place of the current ones. Throws AWS's errors for what is not valid. */
export function applySettings(current: FunctionSettings, input: Input): FunctionSettings {
  const given = Object.fromEntries(MEMBERS.filter(name => input[name] !== undefined).map(name => [name, input[name]]))
  const settings = {...current, ...given}
  check(settings)
  // An empty ARN takes the dead-letter queue away.
  const {DeadLetterConfig, ...others} = settings
  return DeadLetterConfig?.TargetArn ? settings : others
}

function check(settings: FunctionSettings): void {
  const {Architectures, Description, EphemeralStorage, Handler, MemorySize, Role, Runtime, Timeout, TracingConfig} =
    settings
  const violations = new Violations()
  violations.pattern('role', Role, ROLE, ROLE_SHOWN)
  violations.length('handler', Handler, 0, 128)
  violations.pattern('handler', Handler, /^\S+$/, '[^\\s]+')
  violations.length('description', Description, 0, 256)
  violations.range('timeout', Timeout, 1, 900)
  violations.range('memorySize', MemorySize, 128, 10_240)
  violations.range('ephemeralStorage.size', EphemeralStorage.Size, 512, 10_240)
  violations.oneOf('tracingConfig.mode', TracingConfig.Mode, ['Active', 'PassThrough'])
  for (const architecture of Architectures) violations.oneOf('architectures', architecture, ['x86_64', 'arm64'])
  violations.refuse()
  if (!RUNTIMES.includes(Runtime)) {
    throw invalidParameterValue(
      `Value ${Runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES.join(', ')}] or be a valid ARN`,
    )
  }
  checkEnvironment(settings)
  const target = settings.DeadLetterConfig?.TargetArn
  if (target && !DEAD_LETTER_TARGET.test(target)) {
    // Worded here.
    throw invalidParameterValue(`The dead letter target ${target} is no ARN of an SQS standard queue or an SNS topic.`)
  }
}

function checkEnvironment({Environment}: FunctionSettings): void {
  const measured = JSON.stringify(Environment?.Variables ?? {})
  if (Buffer.byteLength(measured) <= ENVIRONMENT_LIMIT) return
  throw invalidParameterValue(
    `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
  )
}
