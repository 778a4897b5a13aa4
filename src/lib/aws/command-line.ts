import {shellQuote} from '../shell-quote.js'
import type {AwsContext} from './context.js'
import {SANDBOX_CREDENTIALS} from './sandbox-connection.js'
import type {ServiceId} from './settings.js'

/** What a command line to type needs to know of a connection. */
export type TypedConnection = Pick<AwsContext, 'connection' | 'endpointFor' | 'region' | 'sandbox'>

/** A command of msgops to type that goes where this connection goes; what the environment says is left to the environment. */
export function opsCommand({connection, sandbox}: TypedConnection, words: readonly string[]): string {
  const {profile, region, endpoints} = connection
  const line = [
    'msgops',
    ...words,
    ...(profile?.source === '--profile' ? ['--profile', profile.value] : []),
    ...(region.source === '--region' ? ['--region', region.value] : []),
    ...(endpoints.sqs?.source === '--endpoint-url' ? ['--endpoint-url', endpoints.sqs.value] : []),
    ...(sandbox ? ['--sandbox'] : []),
  ]
  return line.map(shellQuote).join(' ')
}

/**
 * A command of the AWS CLI to type that goes where this connection goes. Region and endpoint are always named, because the CLI reads neither the
 * variables of msgops nor, in its older versions, all of AWS's; the sandbox's credentials are, so that nobody's own are sent there.
 */
export function awsCliCommand(aws: TypedConnection, service: ServiceId, words: readonly string[]): string {
  const {profile} = aws.connection
  const endpoint = aws.endpointFor(service)
  const {accessKeyId, secretAccessKey} = SANDBOX_CREDENTIALS
  const environment = aws.sandbox ? `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} ` : ''
  const line = [
    'aws',
    service,
    ...words,
    // One that AWS_PROFILE names is the CLI's as well, and may stand behind credentials of the environment.
    ...(profile === undefined || profile.source === 'AWS_PROFILE' ? [] : ['--profile', profile.value]),
    '--region',
    aws.region,
    ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint]),
  ]
  return `${environment}${line.map(shellQuote).join(' ')}`
}
