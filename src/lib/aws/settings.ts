import {ExitCode, OpsError} from '../ops-error.js'
import type {Sourced} from './context.js'
import {isLoopback} from './loopback.js'
import {sandboxUrl, SANDBOX_REGION} from './sandbox-connection.js'
import {loadSharedConfig} from './shared-config.js'
import type {Section, SharedConfig} from './shared-config.js'

/** What a command line and an environment say about the connection. Flags that were not given are undefined. */
export interface ConnectionOptions {
  readonly profile?: string
  readonly region?: string
  readonly endpointUrl?: string
  readonly sandbox: boolean
  readonly readOnly: boolean
  /** Takes one line of the debug log a request; never a body, a credential or a receipt handle. */
  readonly debug?: (line: string) => void
  /** Bound of one call, its retries included, in milliseconds (`--timeout`). */
  readonly requestTimeoutMs?: number
  readonly env: NodeJS.ProcessEnv
  /** Asks the person at the terminal for the code of an MFA device; absent where there is no terminal. */
  readonly promptMfa?: (serial: string) => Promise<string>
}

/** A service as requests to it are signed. */
export type ServiceId = 'events' | 'sns' | 'sqs' | 'sts'

/**
 * The name of a service in AWS_ENDPOINT_URL_<SERVICE> and in a services section, in lower case:
 * https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
 */
const SETTING_NAMES: Readonly<Record<ServiceId, string>> = {
  events: 'eventbridge',
  sns: 'sns',
  sqs: 'sqs',
  sts: 'sts',
}

/** Where a connection goes and as whom, read once from flags, environment and shared configuration. */
export interface ConnectionSettings {
  readonly region: Sourced<string>
  /** The named profile; undefined when nothing names one (the files' `default` may then still supply settings). */
  readonly profile: Sourced<string> | undefined
  readonly endpoints: Readonly<Record<ServiceId, Sourced<string> | undefined>>
  readonly sandbox: boolean
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  /** Attempts of a call that may be repeated. */
  readonly maxAttempts: number
  /** The user's files; undefined in the sandbox, which never reads them. */
  readonly sharedConfig: SharedConfig | undefined
}

/** The SDKs' default of attempts. */
const MAX_ATTEMPTS = 3

/** Refuses flags that contradict each other; throws OpsError `SandboxConflict` (exit 2). Reads nothing. */
export function assertFlagsAgree(options: ConnectionOptions): void {
  if (!options.sandbox) return
  const flag =
    options.profile !== undefined ? '--profile' : options.endpointUrl !== undefined ? '--endpoint-url' : undefined
  if (flag === undefined) return
  throw new OpsError(`--sandbox and ${flag} contradict each other.`, {
    code: 'SandboxConflict',
    exitCode: ExitCode.usage,
    suggestions: [
      `Leave one of them out: the sandbox has its own account, credentials and address.`,
      ...(flag === '--endpoint-url' ? ['MSGOPS_SANDBOX_URL names a sandbox at another port.'] : []),
    ],
  })
}

/**
 * Reads the settings of a connection. Region: --region, AWS_REGION, AWS_DEFAULT_REGION, the profile; none throws OpsError
 * `RegionMissing` (exit 2), never a default. Endpoints: --endpoint-url, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's
 * services section, its endpoint_url; plain http to another machine throws `EndpointInsecure` (exit 2).
 */
export function resolveSettings(options: ConnectionOptions): ConnectionSettings {
  assertFlagsAgree(options)
  return options.sandbox ? sandboxSettings(options) : awsSettings(options)
}

function sandboxSettings({region, env}: ConnectionOptions): ConnectionSettings {
  const endpoint = sandboxUrl(env)
  return {
    region:
      region === undefined ? {value: SANDBOX_REGION, source: 'sandbox'} : validRegion(flag('region', region, env)),
    profile: undefined,
    endpoints: {events: endpoint, sns: endpoint, sqs: endpoint, sts: endpoint},
    sandbox: true,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    maxAttempts: MAX_ATTEMPTS,
    sharedConfig: undefined,
  }
}

function awsSettings(options: ConnectionOptions): ConnectionSettings {
  const {env} = options
  const sharedConfig = loadSharedConfig(env)
  const profile = profileOf(options)
  const section = sharedConfig.profiles.get(profile?.value ?? 'default') ?? new Map<string, string>()
  const needed = options.profile !== undefined || !env.AWS_ACCESS_KEY_ID
  if (profile && needed && !sharedConfig.profiles.has(profile.value)) throw profileNotFound(profile.value, sharedConfig)
  const endpoints = {
    events: endpointOf('events', options, section, sharedConfig),
    sns: endpointOf('sns', options, section, sharedConfig),
    sqs: endpointOf('sqs', options, section, sharedConfig),
    sts: endpointOf('sts', options, section, sharedConfig),
  }
  return {
    region: regionOf(options, section, profile?.value ?? 'default', sharedConfig),
    profile,
    endpoints,
    sandbox: false,
    useFipsEndpoint: truth(env.AWS_USE_FIPS_ENDPOINT ?? section.get('use_fips_endpoint')),
    useDualstackEndpoint: truth(env.AWS_USE_DUALSTACK_ENDPOINT ?? section.get('use_dualstack_endpoint')),
    maxAttempts: attempts(env.AWS_MAX_ATTEMPTS ?? section.get('max_attempts')),
    sharedConfig,
  }
}

/** The named profile and who named it; undefined when neither --profile nor AWS_PROFILE is set. */
export function profileOf({profile, env}: ConnectionOptions): Sourced<string> | undefined {
  if (profile !== undefined) return flag('profile', profile, env)
  return env.AWS_PROFILE ? {value: env.AWS_PROFILE, source: 'AWS_PROFILE'} : undefined
}

function profileNotFound(profile: string, {profiles, configPath, credentialsPath}: SharedConfig): OpsError {
  const names = [...profiles.keys()]
  return new OpsError(`There is no profile ${JSON.stringify(profile)} in ${configPath} or ${credentialsPath}.`, {
    code: 'ProfileNotFound',
    exitCode: ExitCode.denied,
    suggestions: [
      names.length > 0
        ? `Profiles that exist: ${names.join(', ')}.`
        : 'No profile exists there: run `aws configure` to make one.',
    ],
  })
}

/** What is odd about the connection, a sentence each, for a warning. A custom endpoint is none of them: `endpoints` says it. */
export function connectionNotices(settings: ConnectionSettings, options: ConnectionOptions): string[] {
  if (settings.sandbox) return []
  const notices: string[] = []
  const {env, profile} = options
  if (profile === undefined && env.AWS_PROFILE && env.AWS_ACCESS_KEY_ID) {
    notices.push(
      `AWS_PROFILE (${env.AWS_PROFILE}) and AWS_ACCESS_KEY_ID are both set; the key is used, as the AWS CLI does. --profile overrides it.`,
    )
  }
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    notices.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of certificates: anyone on the way can read and change messages.',
    )
  }
  return notices
}

function regionOf(
  {region, env}: ConnectionOptions,
  section: Section,
  profile: string,
  {profiles}: SharedConfig,
): Sourced<string> {
  if (region !== undefined) return validRegion(flag('region', region, env))
  if (env.AWS_REGION) return validRegion({value: env.AWS_REGION, source: 'AWS_REGION'})
  if (env.AWS_DEFAULT_REGION) return validRegion({value: env.AWS_DEFAULT_REGION, source: 'AWS_DEFAULT_REGION'})
  const configured = section.get('region')
  if (configured !== undefined) return validRegion({value: configured, source: `profile ${profile}`})
  const others = [...profiles].filter(([, settings]) => settings.has('region')).map(([name]) => name)
  throw new OpsError('No AWS region is set.', {
    code: 'RegionMissing',
    exitCode: ExitCode.usage,
    suggestions: [
      'Give --region, for example --region eu-west-1.',
      'Or set AWS_REGION in the environment.',
      `Or give the profile one: aws configure set region eu-west-1${profile === 'default' ? '' : ` --profile ${profile}`}.`,
      ...(others.length > 0 ? [`Or use a profile that has a region: ${others.join(', ')}.`] : []),
    ],
  })
}

function validRegion(region: Sourced<string>): Sourced<string> {
  // The region becomes part of host names.
  if (/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(region.value)) return region
  throw new OpsError(`${JSON.stringify(region.value)} (${region.source}) is not the name of an AWS region.`, {
    code: 'RegionInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['A region looks like eu-west-1.'],
  })
}

function endpointOf(
  service: ServiceId,
  {endpointUrl, env}: ConnectionOptions,
  section: Section,
  {services, configPath}: SharedConfig,
): Sourced<string> | undefined {
  if (endpointUrl !== undefined) return validEndpoint(flag('endpoint-url', endpointUrl, env))
  if (truth(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? section.get('ignore_configured_endpoint_urls'))) return undefined
  for (const variable of [`AWS_ENDPOINT_URL_${SETTING_NAMES[service].toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const url = env[variable]
    if (url) return validEndpoint({value: url, source: variable})
  }
  const group = section.get('services')
  if (group !== undefined && !services.has(group)) {
    throw new OpsError(
      `The services section ${JSON.stringify(group)} that the profile names is not in ${configPath}.`,
      {
        code: 'ConfigInvalid',
        exitCode: ExitCode.usage,
        suggestions: [`Add [services ${group}] to that file, or take the services setting out of the profile.`],
      },
    )
  }
  const specific = group === undefined ? undefined : services.get(group)?.get(`${SETTING_NAMES[service]}.endpoint_url`)
  if (specific !== undefined) return validEndpoint({value: specific, source: `services ${String(group)}`})
  const general = section.get('endpoint_url')
  return general === undefined ? undefined : validEndpoint({value: general, source: 'endpoint_url of the profile'})
}

/** A custom endpoint that may be spoken to: https, or plain http to this machine; throws OpsError (exit 2) otherwise. */
export function validEndpoint(endpoint: Sourced<string>): Sourced<string> {
  const url = URL.canParse(endpoint.value) ? new URL(endpoint.value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    // The value is not repeated: it may hold a password.
    throw new OpsError(`The endpoint in ${endpoint.source} is not a plain http or https URL.`, {
      code: 'EndpointInvalid',
      exitCode: ExitCode.usage,
      suggestions: [
        'An endpoint looks like https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com or http://127.0.0.1:4747.',
      ],
    })
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new OpsError(`The endpoint ${url.origin} (${endpoint.source}) is plain http to another machine.`, {
      code: 'EndpointInsecure',
      exitCode: ExitCode.usage,
      suggestions: [
        'Use https: plain http would show messages and session tokens to the network. Only this machine may be spoken to in plain http.',
      ],
    })
  }
  return endpoint
}

function flag(name: string, value: string, env: NodeJS.ProcessEnv): Sourced<string> {
  const variable = `MSGOPS_${name.toUpperCase().replaceAll('-', '_')}`
  return {value, source: env[variable] === value ? variable : `--${name}`}
}

function truth(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

function attempts(text: string | undefined): number {
  if (text === undefined || text === '') return MAX_ATTEMPTS
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new OpsError(`${JSON.stringify(text)} is not a number of attempts (AWS_MAX_ATTEMPTS or max_attempts).`, {
    code: 'ConfigInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['Give a number from 1 to 99.'],
  })
}
