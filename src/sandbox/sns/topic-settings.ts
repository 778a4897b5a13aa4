import {
  effectiveTopicPolicy,
  readTopicDeliveryPolicy,
  type Refuse,
  type TopicDeliveryPolicy,
} from './delivery-policy.js'
import {checkTopicPolicy, defaultTopicPolicy} from './topic-policy.js'

/** The attributes of a topic that a user sets, parsed. */
export interface TopicSettings {
  readonly fifoTopic: boolean
  displayName: string
  policy: string
  deliveryPolicy: TopicDeliveryPolicy | undefined
  contentBasedDeduplication: boolean
  fifoThroughputScope: 'Topic' | 'MessageGroup' | undefined
  kmsMasterKeyId: string | undefined
  /** Bytes; undefined stands for AWS's default. */
  maximumMessageSize: number | undefined
  signatureVersion: '1' | '2' | undefined
  tracingConfig: 'PassThrough' | 'Active' | undefined
  archivePolicy: string | undefined
  /** Roles and rates of delivery status logging, which the local AWS keeps and does not use. */
  feedback: Readonly<Record<string, string>>
}

export const DEFAULT_MAXIMUM_MESSAGE_SIZE = 262_144
const LARGEST_MESSAGE_SIZE = 1_048_576
const MAX_DISPLAY_NAME = 100

export function defaultTopicSettings(fifoTopic: boolean, topicArn: string, owner: string): TopicSettings {
  return {
    fifoTopic,
    displayName: '',
    policy: defaultTopicPolicy(topicArn, owner),
    deliveryPolicy: undefined,
    contentBasedDeduplication: false,
    fifoThroughputScope: undefined,
    kmsMasterKeyId: undefined,
    maximumMessageSize: undefined,
    signatureVersion: undefined,
    tracingConfig: undefined,
    archivePolicy: undefined,
    feedback: {},
  }
}

/** How one attribute is read from its string and answered as one. */
interface Rule {
  read(value: string, settings: TopicSettings, refuse: Refuse): void
  show(settings: TopicSettings): string | undefined
  /** Attributes that a standard topic does not have. */
  readonly fifoOnly?: boolean
}

const RULES: Readonly<Record<string, Rule>> = {
  ArchivePolicy: {
    read: (value, settings) => (settings.archivePolicy = value === '' ? undefined : value),
    show: settings => settings.archivePolicy,
    fifoOnly: true,
  },
  ContentBasedDeduplication: {
    read: (value, settings, refuse) =>
      (settings.contentBasedDeduplication = readBoolean('ContentBasedDeduplication', value, refuse)),
    show: settings => (settings.fifoTopic ? String(settings.contentBasedDeduplication) : undefined),
    fifoOnly: true,
  },
  DeliveryPolicy: {
    read: (value, settings, refuse) => (settings.deliveryPolicy = readTopicDeliveryPolicy(value, refuse)),
    show: ({deliveryPolicy}) => deliveryPolicy && JSON.stringify({http: deliveryPolicy}),
  },
  DisplayName: {
    read(value, settings, refuse) {
      // Worded here.
      if (value.length > MAX_DISPLAY_NAME) throw refuse('DisplayName: must be at most 100 characters long')
      settings.displayName = value
    },
    show: settings => settings.displayName,
  },
  FifoThroughputScope: {
    read: (value, settings, refuse) =>
      (settings.fifoThroughputScope = oneOf('FifoThroughputScope', value, ['Topic', 'MessageGroup'], refuse)),
    show: settings => settings.fifoThroughputScope,
    fifoOnly: true,
  },
  KmsMasterKeyId: {
    read: (value, settings) => (settings.kmsMasterKeyId = value === '' ? undefined : value),
    show: settings => settings.kmsMasterKeyId,
  },
  MaximumMessageSize: {
    read(value, settings, refuse) {
      const size = /^\d{4,7}$/.test(value) ? Number(value) : NaN
      // The range is the service model's; the text is worded here.
      if (!(size >= 1024 && size <= LARGEST_MESSAGE_SIZE)) {
        throw refuse(`MaximumMessageSize: ${value} value provided is not an integer between 1024-1048576`)
      }
      settings.maximumMessageSize = size
    },
    show: settings => settings.maximumMessageSize?.toString(),
  },
  Policy: {
    read(value, settings, refuse) {
      checkTopicPolicy(value, refuse)
      settings.policy = value
    },
    show: settings => settings.policy,
  },
  SignatureVersion: {
    read: (value, settings, refuse) =>
      (settings.signatureVersion = oneOf('SignatureVersion', value, ['1', '2'], refuse)),
    show: settings => settings.signatureVersion,
  },
  TracingConfig: {
    read: (value, settings, refuse) =>
      (settings.tracingConfig = oneOf('TracingConfig', value, ['PassThrough', 'Active'], refuse)),
    show: settings => settings.tracingConfig,
  },
  ...Object.fromEntries(
    ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'].flatMap(protocol => [
      feedbackRule(`${protocol}SuccessFeedbackRoleArn`),
      feedbackRule(`${protocol}SuccessFeedbackSampleRate`),
      feedbackRule(`${protocol}FailureFeedbackRoleArn`),
    ]),
  ),
}

/** Whether SetTopicAttributes knows the attribute: FifoTopic is for CreateTopic alone. */
export function isTopicAttribute(name: string, fifoTopic: boolean): boolean {
  return Object.hasOwn(RULES, name) && (fifoTopic || RULES[name]?.fifoOnly !== true)
}

/** The settings with these attributes applied; throws what `refuse` makes of the first that is not valid. */
export function applyTopicAttributes(
  current: TopicSettings,
  attributes: Readonly<Record<string, string>>,
  refuse: Refuse,
): TopicSettings {
  const settings = {...current}
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'FifoTopic') continue
    if (!isTopicAttribute(name, settings.fifoTopic)) throw refuse(`Unknown attribute ${name}`)
    RULES[name]?.read(value, settings, refuse)
  }
  return settings
}

/** One attribute that was set, as GetTopicAttributes answers it. */
export function showTopicAttribute(settings: TopicSettings, name: string): string | undefined {
  if (name === 'FifoTopic') return settings.fifoTopic ? 'true' : undefined
  return Object.hasOwn(RULES, name) ? RULES[name]?.show(settings) : undefined
}

/** Every attribute that a user sets and that has a value, with the effective delivery policy. */
export function showTopicSettings(settings: TopicSettings): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const name of [...Object.keys(RULES), 'FifoTopic']) {
    const value = showTopicAttribute(settings, name)
    if (value !== undefined) shown[name] = value
  }
  return {...shown, EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(settings.deliveryPolicy))}
}

function feedbackRule(name: string): readonly [string, Rule] {
  return [
    name,
    {
      read(value, settings, refuse) {
        if (name.endsWith('SampleRate') && !/^(100|\d{1,2})$/.test(value)) {
          throw refuse(`${name}: ${value} value provided is not an integer between 0-100`)
        }
        settings.feedback = {...settings.feedback, [name]: value}
      },
      show: ({feedback}) => feedback[name] || undefined,
    },
  ]
}

function readBoolean(name: string, value: string, refuse: Refuse): boolean {
  const lower = value.toLowerCase()
  if (lower !== 'true' && lower !== 'false') throw refuse(`${name}: Invalid value [${value}]. Must be true or false.`)
  return lower === 'true'
}

function oneOf<const T extends string>(name: string, value: string, choices: readonly T[], refuse: Refuse): T {
  const chosen = choices.find(choice => choice === value)
  // Worded here.
  if (chosen === undefined) throw refuse(`${name}: Invalid value [${value}]. Must be one of ${choices.join(', ')}.`)
  return chosen
}
