import type {SQSClient} from '@aws-sdk/client-sqs'
import {afterEach} from 'vitest'
import type {ConnectionOptions} from '../../../../src/lib/aws/connect.js'
import {AwsOpsError} from '../../../../src/lib/aws/errors.js'
import {createLeanSqs} from '../../../../src/lib/aws/lean/client.js'
import type {LeanSqsOptions} from '../../../../src/lib/aws/lean/client.js'
import type {LeanSqs, LeanSqsClient} from '../../../../src/lib/aws/lean/lean-sqs.js'
import {leanSqsOverSdk} from '../../../../src/lib/aws/lean/over-sdk.js'
import type {CallPolicy} from '../../../../src/lib/aws/middleware.js'
import {connectTo, failureOf} from '../connection.js'

type Options = Partial<Omit<ConnectionOptions, 'region'>> & {readonly maxSockets?: number}

const opened: LeanSqsClient[] = []
afterEach(() => {
  for (const client of opened.splice(0)) client.close()
})

/** The SDK's client as the AWS layer configures it, behind the interface. */
export async function overSdk(endpoint: string, options: Options = {}): Promise<LeanSqs> {
  return leanSqsOverSdk(await connectTo(endpoint, options).sqsOnce())
}

/** The lean client over the same configuration; closed after the test. */
export async function lean(endpoint: string, options: Options = {}): Promise<LeanSqsClient> {
  return leanOver((await connectTo(endpoint, options).sqsOnce()) as SQSClient, {
    ...options,
    endpoint,
    endpointSource: '--endpoint-url',
  })
}

/** The lean client over an SDK client in eu-west-1, unless said otherwise; closed after the test. */
export async function leanOver(
  client: SQSClient,
  {
    maxSockets = 64,
    accountBefore = async () => Promise.resolve('123456789012'),
    accountNow = accountBefore,
    ...policy
  }: Partial<CallPolicy & Pick<LeanSqsOptions, 'maxSockets' | 'accountBefore' | 'accountNow'>>,
): Promise<LeanSqsClient> {
  const {endpoint, endpointSource, region = 'eu-west-1', readOnly = false, requestTimeoutMs, debug} = policy
  const made = await createLeanSqs({
    client,
    policy: {
      service: 'sqs',
      region,
      endpoint,
      endpointSource,
      profile: undefined,
      sandbox: false,
      readOnly,
      repeats: false,
      requestTimeoutMs,
      debug,
    },
    maxSockets,
    accountBefore,
    accountNow,
  })
  opened.push(made)
  return made
}

/** Every suite that both must pass runs over these. */
export const BOTH: readonly (readonly [string, typeof overSdk])[] = [
  ['over the SDK', overSdk],
  ['lean', lean],
]

/** What a caller can tell an error by; the text of the cause is the transport's own. */
export async function toldFailure(work: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await failureOf(work)
  if (!(error instanceof AwsOpsError)) throw error
  const {action, code, exitCode, httpStatus, message, outcome, requestId, resource, suggestions} = error
  return {action, code, exitCode, httpStatus, message, outcome, requestId, resource, suggestions}
}

export {failureOf}
