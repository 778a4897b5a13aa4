import type {SQSClientConfig} from '@aws-sdk/client-sqs'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import type {CredentialProvider} from './credentials.js'
import {BoundedHandler, CONNECT_TIMEOUT_MS} from './deadlines.js'
import type {ConnectionSettings, ServiceId} from './settings.js'

/** More than any command has in flight: a request that waits for a socket would wait without a timer. */
const MAX_SOCKETS = 256

const silent = () => undefined
/** The SDK writes to the console where no logger is given. */
const NO_LOGGER = {trace: silent, debug: silent, info: silent, warn: silent, error: silent}

/** The HTTP/1 handler that the clients of one connection share, and with it their keep-alive sockets. */
export function createHandler(limitMs: number | undefined): BoundedHandler {
  return new BoundedHandler(
    new NodeHttpHandler({
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, limitMs ?? Infinity),
      throwOnRequestTimeout: true,
      // The handler makes keep-alive agents of these.
      httpAgent: {maxSockets: MAX_SOCKETS},
      httpsAgent: {maxSockets: MAX_SOCKETS},
      logger: NO_LOGGER,
    }),
  )
}

/**
 * The configuration that every client shares. Everything the SDK would look up by itself is given, so that it reads neither the
 * environment nor the user's files behind our back: what settings.ts says is what happens.
 */
export function clientConfig(
  service: ServiceId,
  settings: ConnectionSettings,
  credentials: CredentialProvider,
  handler: BoundedHandler,
  maxAttempts: number,
) {
  const endpoint = settings.endpoints[service]?.value
  return {
    region: settings.region.value,
    ...(endpoint === undefined ? {} : {endpoint}),
    ignoreConfiguredEndpointUrls: true,
    credentials,
    requestHandler: handler,
    maxAttempts,
    retryMode: 'standard',
    useFipsEndpoint: endpoint === undefined && settings.useFipsEndpoint,
    useDualstackEndpoint: endpoint === undefined && settings.useDualstackEndpoint,
    defaultsMode: 'legacy',
    authSchemePreference: ['sigv4'],
    userAgentAppId: 'msgops',
    logger: NO_LOGGER,
  } satisfies SQSClientConfig & {ignoreConfiguredEndpointUrls: boolean}
}
