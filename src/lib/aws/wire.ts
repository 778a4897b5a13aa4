import {ExitCode, OpsError} from '../ops-error.js'
import type {CallerIdentity, EventsApi, SnsApi, SqsApi} from './context.js'
import {clientConfig, createHandler} from './clients.js'
import {createCredentialProvider, sourceName} from './credentials.js'
import type {LeanSqsClient} from './lean/lean-sqs.js'
import {installMiddleware} from './middleware.js'
import type {ConnectionOptions, ConnectionSettings, ServiceId} from './settings.js'

/** The part of a connection that needs the SDK: its clients, each made when first asked for, over one pool of sockets. */
export interface Wire {
  /** May repeat a call; refuses the operations that must not be repeated. */
  sqs(): Promise<SqsApi>
  /** One attempt, ever. */
  sqsOnce(): Promise<SqsApi>
  /** The calls that move messages, without the SDK; `identity` is who the connection was found to be when the command began. */
  sqsLean(options: {readonly maxSockets: number; identity: () => Promise<CallerIdentity>}): Promise<LeanSqsClient>
  /** May repeat a call; refuses the operations that must not be repeated. */
  sns(): Promise<SnsApi>
  /** One attempt, ever. */
  snsOnce(): Promise<SnsApi>
  /** May repeat a call; refuses the operations that must not be repeated. */
  events(): Promise<EventsApi>
  identity(signal: AbortSignal | undefined): Promise<CallerIdentity>
  /** Where the credentials came from, in the user's words. */
  credentialSource(): Promise<string>
}

/** Opens the clients of a connection; sends nothing. */
export function openWire(settings: ConnectionSettings, options: ConnectionOptions): Wire {
  const handler = createHandler(options.requestTimeoutMs)
  const credentials = createCredentialProvider(settings, options, handler)
  const policy = (service: ServiceId, repeats: boolean) => ({
    service,
    region: settings.region.value,
    endpoint: settings.endpoints[service]?.value,
    endpointSource: settings.endpoints[service]?.source,
    profile: settings.profile?.value,
    sandbox: settings.sandbox,
    readOnly: options.readOnly,
    repeats,
    requestTimeoutMs: options.requestTimeoutMs,
    debug: options.debug,
  })
  const openSqs = async (repeats: boolean) => {
    const {SQSClient} = await import('@aws-sdk/client-sqs')
    const client = new SQSClient({
      ...clientConfig('sqs', settings, credentials, handler, repeats ? settings.maxAttempts : 1),
      // The URL of a queue must not decide where a request goes, and one bad MD5 must not hide what a batch did (redrive.md, facts 2 and 4).
      useQueueUrlAsEndpoint: false,
      md5: false,
    })
    installMiddleware(client, policy('sqs', repeats))
    return client
  }
  const openSns = async (repeats: boolean) => {
    const {SNSClient} = await import('@aws-sdk/client-sns')
    const client = new SNSClient(
      clientConfig('sns', settings, credentials, handler, repeats ? settings.maxAttempts : 1),
    )
    installMiddleware(client, policy('sns', repeats))
    return client
  }
  const openEvents = async () => {
    const {EventBridgeClient} = await import('@aws-sdk/client-eventbridge')
    const client = new EventBridgeClient(clientConfig('events', settings, credentials, handler, settings.maxAttempts))
    installMiddleware(client, policy('events', true))
    return client
  }
  const identity = async (signal: AbortSignal | undefined): Promise<CallerIdentity> => {
    const {GetCallerIdentityCommand, STSClient} = await import('@aws-sdk/client-sts')
    const client = new STSClient(clientConfig('sts', settings, credentials, handler, settings.maxAttempts))
    installMiddleware(client, policy('sts', true))
    const {
      Account: accountId,
      Arn: arn,
      UserId: userId,
    } = await client.send(new GetCallerIdentityCommand({}), {abortSignal: signal})
    if (!accountId || !arn || !userId) {
      throw new OpsError('STS answered GetCallerIdentity without an account.', {
        code: 'UnreadableReply',
        exitCode: ExitCode.unreachable,
        suggestions: ['Is it the endpoint of STS? msgops reads AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL.'],
      })
    }
    return {accountId, arn, userId}
  }
  let sqs: ReturnType<typeof openSqs> | undefined
  let sqsOnce: ReturnType<typeof openSqs> | undefined
  let sns: ReturnType<typeof openSns> | undefined
  let snsOnce: ReturnType<typeof openSns> | undefined
  let events: ReturnType<typeof openEvents> | undefined
  const openRepeating = async () => (sqs ??= openSqs(true))
  return {
    sqs: openRepeating,
    sqsOnce: async () => (sqsOnce ??= openSqs(false)),
    async sqsLean({maxSockets, identity: before}) {
      const [{createLeanSqs}, client] = await Promise.all([import('./lean/client.js'), openRepeating()])
      return createLeanSqs({
        client,
        policy: policy('sqs', false),
        maxSockets,
        accountBefore: async () => (await before()).accountId,
        accountNow: async () => (await identity(undefined)).accountId,
      })
    },
    sns: async () => (sns ??= openSns(true)),
    snsOnce: async () => (snsOnce ??= openSns(false)),
    events: async () => (events ??= openEvents()),
    identity,
    async credentialSource() {
      if (settings.sandbox) return 'sandbox'
      const found = await credentials()
      return options.profile === undefined && options.env.AWS_ACCESS_KEY_ID ? 'environment' : sourceName(found)
    },
  }
}
