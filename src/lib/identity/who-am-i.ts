import type {AwsContext} from '../aws/context.js'

/** Who the credentials are, and where requests go: the document of `msgops whoami`. Absent facts are null, so that every key is there. */
export interface WhoAmI {
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly region: string
  /** Where the region was read from: `--region`, `AWS_REGION`, `profile prod`, ... */
  readonly regionSource: string
  readonly profile: string | null
  readonly credentialSource: string
  /** The custom endpoint of SQS. */
  readonly endpoint: string | null
  readonly endpointSource: string | null
  readonly sandbox: boolean
  readonly readOnly: boolean
}

/** Asks STS who the credentials are (GetCallerIdentity, which needs no permission); throws what the connection throws. */
export async function whoAmI(aws: AwsContext, {signal}: {signal?: AbortSignal}): Promise<WhoAmI> {
  const {region, profile, endpoints, readOnly} = aws.connection
  const {accountId, arn, userId} = await aws.identity(signal)
  return {
    account: accountId,
    arn,
    userId,
    region: region.value,
    regionSource: region.source,
    profile: profile?.value ?? null,
    credentialSource: await aws.credentialSource(),
    endpoint: endpoints.sqs?.value ?? null,
    endpointSource: endpoints.sqs?.source ?? null,
    sandbox: aws.sandbox,
    readOnly,
  }
}
