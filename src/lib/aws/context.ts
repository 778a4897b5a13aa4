import type {SQSClient} from '@aws-sdk/client-sqs'

/** The face of the SQS client that domain functions see: `send` and nothing else. */
export type SqsApi = Pick<SQSClient, 'send'>

export interface CallerIdentity {
  readonly accountId: string
  readonly arn: string
  readonly userId: string
}

/**
 * What a domain function knows of AWS: where it talks to, as whom, and one lazy client a service.
 * Errors that the clients throw are already OpsErrors (errors.ts translates them in a middleware, once).
 */
export interface AwsContext {
  readonly region: string
  readonly profile: string | undefined
  /** The custom endpoint of a service (flag, environment or profile), if any. */
  endpointFor(service: 'sqs' | 'sts'): string | undefined
  readonly sandbox: boolean
  /** Cached GetCallerIdentity. */
  identity(): Promise<CallerIdentity>
  /** SQS for reads and idempotent calls: the SDK may retry. */
  sqs(): Promise<SqsApi>
  /** SQS for sends and other calls that must not be repeated blindly: one attempt, ever (redrive.md, fact 1). */
  sqsOnce(): Promise<SqsApi>
}
