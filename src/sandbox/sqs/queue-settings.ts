import {invalidAttributeName, invalidAttributeValue, unknownAttribute} from './errors.js'
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from './redrive-policies.js'

/** The attributes of a queue that a user sets, parsed. Seconds and bytes as AWS counts them. */
export interface QueueSettings {
  delaySeconds: number
  maximumMessageSize: number
  messageRetentionPeriod: number
  receiveMessageWaitTimeSeconds: number
  visibilityTimeout: number
  policy: string | undefined
  redrivePolicy: RedrivePolicy | undefined
  redriveAllowPolicy: RedriveAllowPolicy | undefined
  kmsMasterKeyId: string | undefined
  kmsDataKeyReusePeriodSeconds: number | undefined
  sqsManagedSseEnabled: boolean
  fifoQueue: boolean
  contentBasedDeduplication: boolean
  deduplicationScope: 'queue' | 'messageGroup'
  fifoThroughputLimit: 'perQueue' | 'perMessageGroupId'
}

export function defaultSettings(fifoQueue: boolean): QueueSettings {
  return {
    delaySeconds: 0,
    maximumMessageSize: 1_048_576,
    messageRetentionPeriod: 345_600,
    receiveMessageWaitTimeSeconds: 0,
    visibilityTimeout: 30,
    policy: undefined,
    redrivePolicy: undefined,
    redriveAllowPolicy: undefined,
    kmsMasterKeyId: undefined,
    kmsDataKeyReusePeriodSeconds: undefined,
    sqsManagedSseEnabled: true,
    fifoQueue,
    contentBasedDeduplication: false,
    deduplicationScope: 'queue',
    fifoThroughputLimit: 'perQueue',
  }
}

/** How one attribute is read from its string and answered as one. */
interface Rule {
  read(value: string, settings: QueueSettings): void
  show(settings: QueueSettings): string | undefined
}

const DEFAULT_KMS_REUSE_SECONDS = 300

const RULES: Readonly<Record<string, Rule>> = {
  DelaySeconds: number('DelaySeconds', 'delaySeconds', 0, 900),
  MaximumMessageSize: number('MaximumMessageSize', 'maximumMessageSize', 1024, 1_048_576),
  MessageRetentionPeriod: number('MessageRetentionPeriod', 'messageRetentionPeriod', 60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: number('ReceiveMessageWaitTimeSeconds', 'receiveMessageWaitTimeSeconds', 0, 20),
  VisibilityTimeout: number('VisibilityTimeout', 'visibilityTimeout', 0, 43_200),
  Policy: {
    read: (value, settings) => (settings.policy = value === '' ? undefined : checkedPolicy(value)),
    show: settings => settings.policy,
  },
  RedrivePolicy: {
    read: (value, settings) => (settings.redrivePolicy = value === '' ? undefined : parseRedrivePolicy(value)),
    show: ({redrivePolicy}) => redrivePolicy && JSON.stringify(redrivePolicy),
  },
  RedriveAllowPolicy: {
    read: (value, settings) =>
      (settings.redriveAllowPolicy = value === '' ? undefined : parseRedriveAllowPolicy(value)),
    show: ({redriveAllowPolicy}) => redriveAllowPolicy && JSON.stringify(redriveAllowPolicy),
  },
  KmsMasterKeyId: {
    read(value, settings) {
      settings.kmsMasterKeyId = value === '' ? undefined : value
      if (value !== '') settings.sqsManagedSseEnabled = false
    },
    show: settings => settings.kmsMasterKeyId,
  },
  KmsDataKeyReusePeriodSeconds: {
    read(value, settings) {
      const seconds = readInteger('KmsDataKeyReusePeriodSeconds', value, 60, 86_400)
      // Recorded: set back to its default the attribute disappears.
      settings.kmsDataKeyReusePeriodSeconds = seconds === DEFAULT_KMS_REUSE_SECONDS ? undefined : seconds
    },
    show: ({kmsDataKeyReusePeriodSeconds: seconds}) => seconds?.toString(),
  },
  SqsManagedSseEnabled: {
    read(value, settings) {
      settings.sqsManagedSseEnabled = readBoolean('SqsManagedSseEnabled', value)
      if (settings.sqsManagedSseEnabled && settings.kmsMasterKeyId !== undefined) {
        throw invalidAttributeName(
          'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
        )
      }
    },
    show: settings => String(settings.sqsManagedSseEnabled),
  },
  FifoQueue: {
    read(value, settings) {
      if (!settings.fifoQueue) throw unknownAttribute('FifoQueue')
      if (!readBoolean('FifoQueue', value)) {
        throw invalidAttributeValue('FifoQueue', 'Modifying queue type is not supported.')
      }
    },
    show: settings => (settings.fifoQueue ? 'true' : undefined),
  },
  ContentBasedDeduplication: {
    read(value, settings) {
      if (!settings.fifoQueue) throw unknownAttribute('ContentBasedDeduplication')
      settings.contentBasedDeduplication = readBoolean('ContentBasedDeduplication', value)
    },
    show: settings => (settings.fifoQueue ? String(settings.contentBasedDeduplication) : undefined),
  },
  DeduplicationScope: {
    read(value, settings) {
      requireFifo('DeduplicationScope', settings)
      if (value !== 'queue' && value !== 'messageGroup') throw invalidAttributeValue('DeduplicationScope')
      settings.deduplicationScope = value
    },
    show: settings => (settings.fifoQueue ? settings.deduplicationScope : undefined),
  },
  FifoThroughputLimit: {
    read(value, settings) {
      requireFifo('FifoThroughputLimit', settings)
      if (value !== 'perQueue' && value !== 'perMessageGroupId') throw invalidAttributeValue('FifoThroughputLimit')
      settings.fifoThroughputLimit = value
    },
    show: settings => (settings.fifoQueue ? settings.fifoThroughputLimit : undefined),
  },
}

/** The names that SetQueueAttributes and CreateQueue take. */
export const SETTABLE_ATTRIBUTES: readonly string[] = Object.keys(RULES)

/** The settings with these attributes applied; throws AWS's error for the first that is unknown or out of range. */
export function applyAttributes(current: QueueSettings, attributes: Readonly<Record<string, string>>): QueueSettings {
  const settings = {...current}
  // A key and its own SSE switch may come in one request, in any order; the switch is judged against the result.
  const names = Object.keys(attributes).sort(
    (a, b) => Number(a === 'SqsManagedSseEnabled') - Number(b === 'SqsManagedSseEnabled'),
  )
  for (const name of names) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
    if (rule === undefined) throw unknownAttribute(name)
    rule.read(attributes[name] ?? '', settings)
  }
  if (settings.fifoThroughputLimit === 'perMessageGroupId' && settings.deduplicationScope !== 'messageGroup') {
    // The rule is the service model's; the text is worded here.
    throw invalidAttributeValue(
      'FifoThroughputLimit',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    )
  }
  return settings
}

/** One set attribute as GetQueueAttributes answers it; undefined where it has no value. */
export function showAttribute(settings: QueueSettings, name: string): string | undefined {
  return Object.hasOwn(RULES, name) ? RULES[name]?.show(settings) : undefined
}

type NumericSetting = {[K in keyof QueueSettings]: QueueSettings[K] extends number ? K : never}[keyof QueueSettings]

function number(name: string, key: NumericSetting, least: number, most: number): Rule {
  return {
    read: (value, settings) => (settings[key] = readInteger(name, value, least, most)),
    show: settings => settings[key].toString(),
  }
}

function readInteger(name: string, value: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN
  if (!(number >= least && number <= most)) throw invalidAttributeValue(name)
  return number
}

/** AWS takes booleans in any case (`True` from Python callers). */
function readBoolean(name: string, value: string): boolean {
  const lower = value.toLowerCase()
  if (lower !== 'true' && lower !== 'false') throw invalidAttributeValue(name)
  return lower === 'true'
}

function requireFifo(name: string, settings: QueueSettings): void {
  if (!settings.fifoQueue) throw invalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`)
}

function checkedPolicy(value: string): string {
  try {
    const policy: unknown = JSON.parse(value)
    if (typeof policy === 'object' && policy !== null && !Array.isArray(policy) && 'Statement' in policy) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalidAttributeValue('Policy')
}
