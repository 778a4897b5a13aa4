import type {PlanContent} from './plan-file.js'

type Test = (value: unknown) => boolean

const isText: Test = value => typeof value === 'string'
const isCount: Test = value => Number.isSafeInteger(value) && (value as number) >= 0
const isNumber: Test = value => typeof value === 'number'
const isSwitch: Test = value => typeof value === 'boolean'
const isInstant: Test = value => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isOneOf =
  (...values: readonly unknown[]): Test =>
  value =>
    values.includes(value)
const orNull =
  (test: Test): Test =>
  value =>
    value === null || test(value)
const optional =
  (test: Test): Test =>
  value =>
    value === undefined || test(value)
const listOf =
  (test: Test): Test =>
  value =>
    Array.isArray(value) && value.every(test)

/** An object whose named fields pass, and that has no others: what a reader does not know it must not leave undone. */
const record =
  (fields: Readonly<Record<string, Test>>): Test =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, test]) =>
      test(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined),
    ) &&
    Object.keys(value).every(name => Object.hasOwn(fields, name))

const place = record({account: isText, region: isText, endpoint: orNull(isText)})

const settings = record({
  arn: isText,
  type: isOneOf('standard', 'fifo'),
  createdAt: isInstant,
  messageRetentionPeriod: isCount,
  maximumMessageSize: isCount,
  sqsManagedSseEnabled: isSwitch,
  kmsMasterKeyId: orNull(isText),
  redrivePolicy: orNull(record({deadLetterTargetArn: isText, maxReceiveCount: isCount})),
})

const request = record({
  engine: isOneOf('auto', 'native', 'client'),
  to: optional(isText),
  toProfile: optional(isText),
  toRegion: optional(isText),
  selection: optional(
    record({
      where: optional(isText),
      pattern: optional(isText),
      match: optional(isText),
      attribute: optional(listOf(isText)),
      olderThan: optional(isInstant),
      newerThan: optional(isInstant),
      id: optional(listOf(isText)),
    }),
  ),
  transform: optional(isText),
  through: optional(listOf(isText)),
  max: optional(isCount),
  perSecond: optional(isNumber),
  concurrency: optional(isCount),
  keep: optional(isSwitch),
  backup: optional(isText),
  onUnknown: optional(isOneOf('resend', 'hold')),
  follow: optional(isSwitch),
  shared: optional(isSwitch),
  canary: optional(record({count: isCount, waitSeconds: optional(isNumber), maxReturnPercent: isNumber})),
  wait: optional(isSwitch),
})

const plan = record({
  msgops: isText,
  schema: isCount,
  version: isText,
  createdAt: isInstant,
  expiresAt: isInstant,
  place,
  to: orNull(place),
  engine: isOneOf('native', 'client'),
  reason: isText,
  request,
  changeHash: isText,
  source: settings,
  routes: listOf(record({from: orNull(isText), to: isText, settings: orNull(settings)})),
  approximateNumberOfMessages: isCount,
  approximateNumberOfMessagesNotVisible: isCount,
  approximateNumberOfMessagesDelayed: isCount,
  countRange: record({least: isCount, most: isCount}),
})

/** Whether every field is there in its type, and nothing that this version does not know: a plan is consent to all that it says. */
export function isWellFormedPlan(value: object): value is PlanContent {
  return plan(value)
}
