import {parseQueueUrl, queueArnOfUrl} from './queue-url.js'

/** One call of an operation, as errors, guards and the debug log see it. */
export interface Call {
  /** The endpoint prefix in lower case: `events`, `sns`, `sqs`, `sts`. */
  readonly service: string
  /** As AWS spells it, e.g. `SendMessageBatch`. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly region: string
  /** The custom endpoint of the service, if there is one. */
  readonly endpoint: string | undefined
  /** Where that was read: a flag, a variable, a profile. */
  readonly endpointSource?: string
  /** The named profile, if there is one. */
  readonly profile: string | undefined
  readonly sandbox: boolean
}

/** The IAM actions an operation needs, where they are not its own name: a batch is authorised as its single form. */
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
  'sns:PublishBatch': 'sns:Publish',
}

/** The IAM action that permits a call, e.g. `sqs:SendMessage` (Service Authorization Reference, Amazon SQS and Amazon SNS). */
export function iamAction({service, operation}: Call): string {
  const action = `${service}:${operation}`
  return IAM_ACTIONS[action] ?? action
}

/** What a call is about: an ARN where one can be told, else the name or URL in its input; undefined for account-wide calls. */
export function resourceOf({input, region}: Call): string | undefined {
  const {QueueUrl: url, SourceArn: source, RoleArn: role, QueueName: name} = input
  if (typeof url === 'string') {
    try {
      parseQueueUrl(url)
    } catch {
      return url
    }
    return queueArnOfUrl(url, region)
  }
  const {SubscriptionArn: subscription, TopicArn: topic, ResourceArn: tagged} = input
  for (const arn of [subscription, topic, tagged, source]) if (typeof arn === 'string') return arn
  if (typeof role === 'string') return role
  return typeof name === 'string' ? name : undefined
}

/** How long the service itself may wait before it answers, in seconds: a long poll. */
export function waitSeconds(
  operation: string,
  {WaitTimeSeconds: seconds}: {readonly WaitTimeSeconds?: unknown},
): number {
  if (operation !== 'ReceiveMessage') return 0
  // Absent, the queue's ReceiveMessageWaitTimeSeconds counts, which may be 20.
  return typeof seconds === 'number' ? seconds : 20
}

/** `SendMessage on arn:aws:sqs:...`, for sentences. */
export function describeCall(call: Call): string {
  const resource = resourceOf(call)
  return resource === undefined ? call.operation : `${call.operation} on ${resource}`
}

/** Blanks out what a service may echo in its error text but no log may hold: receipt and task handles. */
export function redactHandles(text: string, input: Readonly<Record<string, unknown>>): string {
  const entries: unknown[] = Array.isArray(input.Entries) ? input.Entries : []
  let redacted = text
  for (const holder of [input, ...entries]) {
    if (typeof holder !== 'object' || holder === null) continue
    for (const key of ['ReceiptHandle', 'TaskHandle']) {
      const handle: unknown = Reflect.get(holder, key)
      if (typeof handle === 'string' && handle.length > 0) redacted = redacted.replaceAll(handle, `[${key}]`)
    }
  }
  return redacted
}
