import type {EventBridgeClient} from '@aws-sdk/client-eventbridge'
import type {SNSClient} from '@aws-sdk/client-sns'
import type {SQSClient} from '@aws-sdk/client-sqs'
import type {LeanSqsClient} from './lean/lean-sqs.js'
import type {ServiceId} from './settings.js'

/** The face of the SQS client that domain functions see: `send` and nothing else. */
export type SqsApi = Pick<SQSClient, 'send'>

/** The face of the SNS client that domain functions see: `send` and nothing else. */
export type SnsApi = Pick<SNSClient, 'send'>

/** The face of the EventBridge client that domain functions see: `send` and nothing else. */
export type EventsApi = Pick<EventBridgeClient, 'send'>

export interface CallerIdentity {
  readonly accountId: string
  readonly arn: string
  readonly userId: string
}

/** A value and the place it was read from, in the user's words: `--region`, `AWS_REGION`, `profile prod`. */
export interface Sourced<Value> {
  readonly value: Value
  readonly source: string
}

/** Where a connection goes, and why there. */
export interface ConnectionFacts {
  readonly region: Sourced<string>
  readonly profile: Sourced<string> | undefined
  /** Custom endpoints; in the sandbox its URL. */
  readonly endpoints: Readonly<Record<ServiceId, Sourced<string> | undefined>>
  readonly readOnly: boolean
  /** What is odd about the connection, a sentence each, for a warning. */
  readonly notices: readonly string[]
}

/**
 * What a domain function knows of AWS: where it talks to, as whom, and one lazy client a service.
 * Errors that the clients throw are already OpsErrors (errors.ts translates them in a middleware, once).
 */
export interface AwsContext {
  readonly region: string
  readonly profile: string | undefined
  /** The custom endpoint of a service (flag, environment or profile), if any. */
  endpointFor(service: ServiceId): string | undefined
  readonly sandbox: boolean
  readonly connection: ConnectionFacts
  /** Cached GetCallerIdentity; the signal of the first caller ends it. */
  identity(signal?: AbortSignal): Promise<CallerIdentity>
  /** Where the credentials came from, in the user's words: `environment`, `SSO`, `assumed role`, ... Fetches them. */
  credentialSource(): Promise<string>
  /** SQS for reads and idempotent calls: the SDK may retry. */
  sqs(): Promise<SqsApi>
  /** SQS for sends and other calls that must not be repeated blindly: one attempt, ever (redrive.md, fact 1). */
  sqsOnce(): Promise<SqsApi>
  /**
   * SQS for moving messages by the million, at a quarter of the SDK's CPU: the connection of `sqs()` with sockets of its own, as many as
   * there are calls at once. Repeats nothing but what was refused for expired credentials, and refuses those of another account.
   */
  sqsLean(options: {readonly maxSockets: number}): Promise<LeanSqsClient>
  /** SNS for reads and idempotent calls: the SDK may retry. */
  sns(): Promise<SnsApi>
  /** SNS for publishing: one attempt, ever, because a second one may be a second copy for every subscriber. */
  snsOnce(): Promise<SnsApi>
  /** EventBridge for reads and idempotent calls: the SDK may retry. */
  events(): Promise<EventsApi>
}
