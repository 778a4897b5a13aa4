import type {SQSClientConfig} from '@aws-sdk/client-sqs'
import {ExitCode, OpsError} from '../ops-error.js'
import {credentialFailure} from './credential-errors.js'
import type {Exchange} from './credential-errors.js'
import type {BoundedHandler} from './deadlines.js'
import {assertProfileComplete} from './profile-check.js'
import {SANDBOX_CREDENTIALS} from './sandbox-connection.js'
import type {ConnectionOptions, ConnectionSettings} from './settings.js'

export type AwsCredentials = Extract<SQSClientConfig['credentials'], {accessKeyId: string}>
/** `forceRefresh` fetches anew, for a caller whom the service told that the credentials have expired. */
export type CredentialProvider = (properties?: {readonly forceRefresh?: boolean}) => Promise<AwsCredentials>

/** AWS recommends to renew five minutes before the end; the SDK's clients do. */
const RENEW_BEFORE_MS = 5 * 60 * 1000

/** Instance metadata answers in milliseconds where it exists; elsewhere nothing does, and the user waits. */
const METADATA_TIMEOUT_MS = 1000

/**
 * The credentials of a connection, fetched once and renewed before they expire, for all its clients together (one MFA prompt, one
 * assumed role). --profile beats the environment, which beats AWS_PROFILE, as in the AWS CLI; a named profile is never passed over
 * for another source. Failures are OpsErrors (exit 4, or 6 where an answer failed to come).
 */
export function createCredentialProvider(
  settings: ConnectionSettings,
  options: ConnectionOptions,
  handler: BoundedHandler,
): CredentialProvider {
  const fetch = credentialSource(settings, options, handler)
  let fetched: AwsCredentials | undefined
  let fetching: Promise<AwsCredentials> | undefined
  return async ({forceRefresh = false} = {}) => {
    const leftMs = (fetched?.expiration?.getTime() ?? Infinity) - Date.now()
    if (fetched && !forceRefresh && leftMs > RENEW_BEFORE_MS) return fetched
    fetching ??= fetch().finally(() => (fetching = undefined))
    try {
      fetched = await fetching
      return fetched
    } catch (error) {
      // They are still good for minutes: a renewal that failed once is tried again by the next call.
      if (fetched && !forceRefresh && leftMs > 0) return fetched
      throw error
    }
  }
}

function credentialSource(
  settings: ConnectionSettings,
  options: ConnectionOptions,
  handler: BoundedHandler,
): CredentialProvider {
  const {profile, sharedConfig, region} = settings
  if (!sharedConfig) return () => Promise.resolve({...SANDBOX_CREDENTIALS})
  const fromEnvironment = options.profile === undefined ? environmentCredentials(options.env) : undefined
  if (fromEnvironment) return () => Promise.resolve(fromEnvironment)
  return async () => {
    if (profile) assertProfileComplete(profile.value, sharedConfig)
    const {fromIni, fromNodeProviderChain} = await import('@aws-sdk/credential-providers')
    const exchanges: Exchange[] = []
    const requestHandler = recording(handler, exchanges)
    const init = {
      filepath: sharedConfig.credentialsPath,
      configFilepath: sharedConfig.configPath,
      mfaCodeProvider: mfaCode(profile?.value ?? 'default', options.promptMfa),
      clientConfig: {requestHandler},
      parentClientConfig: {region: region.value, requestHandler},
      timeout: METADATA_TIMEOUT_MS,
    }
    try {
      return await (profile ? fromIni({...init, profile: profile.value})() : fromNodeProviderChain(init)())
    } catch (error) {
      throw credentialFailure(error, {
        profile: profile?.value,
        region: region.value,
        sharedConfig,
        exchange: exchanges.at(-1),
      })
    }
  }
}

/** The keys in the environment; half a pair throws OpsError `CredentialsIncomplete` (exit 4) instead of falling through to other keys. */
function environmentCredentials(env: NodeJS.ProcessEnv): AwsCredentials | undefined {
  const {AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey} = env
  if (!accessKeyId && !secretAccessKey) return undefined
  if (!accessKeyId || !secretAccessKey) {
    const [present, absent] = accessKeyId
      ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
      : ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID']
    throw new OpsError(`${present} is set, but ${absent} is not.`, {
      code: 'CredentialsIncomplete',
      exitCode: ExitCode.denied,
      suggestions: [`Set ${absent} too, or unset ${present} to use a profile.`],
    })
  }
  const expiration = env.AWS_CREDENTIAL_EXPIRATION
  return {
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN ? {sessionToken: env.AWS_SESSION_TOKEN} : {}),
    ...(env.AWS_ACCOUNT_ID ? {accountId: env.AWS_ACCOUNT_ID} : {}),
    ...(env.AWS_CREDENTIAL_SCOPE ? {credentialScope: env.AWS_CREDENTIAL_SCOPE} : {}),
    ...(expiration ? {expiration: new Date(expiration)} : {}),
  }
}

function mfaCode(profile: string, prompt: ConnectionOptions['promptMfa']): (serial: string) => Promise<string> {
  return async serial => {
    const code = await prompt?.(serial)
    if (code) return code
    throw new OpsError(
      prompt
        ? `No code of the MFA device ${serial} was given.`
        : `Profile ${profile} needs a code of the MFA device ${serial}, and there is no terminal to ask for it.`,
      {
        code: 'MfaRequired',
        exitCode: ExitCode.denied,
        suggestions: prompt
          ? ['Run the command again and type the six digits that the device shows.']
          : [
              'Run the command in a terminal, or use credentials that need no code, such as a session token in the environment.',
            ],
      },
    )
  }
}

/** Notes what the SDK's own requests for credentials met: its errors keep neither status nor cause. */
function recording(
  handler: BoundedHandler,
  exchanges: Exchange[],
): Pick<BoundedHandler, 'handle' | 'metadata' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'> {
  return {
    metadata: handler.metadata,
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => handler.httpHandlerConfigs(),
    handle: async (request, handlerOptions) => {
      try {
        const reply = await handler.handle(request, handlerOptions)
        exchanges.push({host: request.hostname, status: reply.response.statusCode, error: undefined})
        return reply
      } catch (error) {
        exchanges.push({host: request.hostname, status: undefined, error})
        throw error
      }
    },
  }
}

/** Where credentials that the SDK fetched came from, by the marks it leaves on them: only those of a machine's metadata have none. */
export function sourceName(credentials: AwsCredentials): string {
  const marks = Object.keys((credentials as {readonly $source?: object}).$source ?? {})
  return SOURCES.find(([pattern]) => marks.some(mark => pattern.test(mark)))?.[1] ?? 'instance or container metadata'
}

const SOURCES: readonly (readonly [RegExp, string])[] = [
  [/ASSUME_ROLE_WEB_ID|WEB_ID_TOKEN/, 'web identity'],
  [/STS_ASSUME_ROLE/, 'assumed role'],
  [/SSO/, 'SSO'],
  [/PROCESS/, 'credential_process'],
  [/LOGIN/, 'aws login'],
  [/HTTP/, 'container'],
  [/^CREDENTIALS_PROFILE$/, 'profile'],
]
