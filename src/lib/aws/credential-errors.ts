import {ExitCode, OpsError} from '../ops-error.js'
import type {Call} from './call.js'
import {networkFailure} from './network-errors.js'
import {credentialKind, sourceOf} from './profile-check.js'
import type {SharedConfig} from './shared-config.js'
import {translateError} from './translate.js'

/** One request that was made to get credentials. */
export interface Exchange {
  readonly host: string
  readonly status: number | undefined
  readonly error: unknown
}

/** Where the credentials were looked for. */
export interface CredentialSearch {
  /** The named profile; undefined when the SDK's default chain was asked. */
  readonly profile: string | undefined
  readonly region: string
  readonly sharedConfig: SharedConfig
  /** The last request made for them, if any. */
  readonly exchange: Exchange | undefined
}

/**
 * Tells why no credentials could be had, by the profile's settings and by what the requests for them met, since the SDK's errors
 * say it in text alone. The result is an OpsError, so the call that wanted them counts as not sent.
 */
export function credentialFailure(error: unknown, search: CredentialSearch): OpsError {
  if (error instanceof OpsError) return error
  const {exchange, sharedConfig} = search
  const {name, section} = sourceOf(search.profile ?? 'default', sharedConfig)
  const kind = credentialKind(section)
  const option = name === 'default' ? '' : ` --profile ${name}`
  const fail = (code: string, message: string, suggestions: readonly string[], exitCode: ExitCode = ExitCode.denied) =>
    new OpsError(message, {code, exitCode, suggestions})
  if (exchange) {
    const answered = fromExchange(error, exchange, search)
    if (answered) return answered
  }
  if (kind === 'sso') {
    const session = section.get('sso_session')
    const which = session === undefined ? `profile ${name}` : `${session} (profile ${name})`
    if (exchange?.status === undefined || exchange.status === 401) {
      return fail('SsoSessionExpired', `The SSO session of ${which} is missing or has expired.`, [
        `Run aws sso login${option}, then this command again.`,
      ])
    }
    if (exchange.status >= 400 && exchange.status < 500 && exchange.status !== 429) {
      const role = section.get('sso_role_name') ?? 'its role'
      const account = section.get('sso_account_id') ?? 'its account'
      return fail('SsoAccessDenied', `SSO gives profile ${name} no access to ${role} in account ${account}.`, [
        'Check sso_account_id and sso_role_name, or ask for the permission set.',
      ])
    }
    return fail(
      'CredentialsUnreachable',
      `SSO at ${exchange.host} failed to give credentials (HTTP ${exchange.status}).`,
      ['Run the command again in a moment.'],
      ExitCode.unreachable,
    )
  }
  if (kind === 'process') {
    // Its command line and output may hold secrets, so neither is repeated.
    return fail('CredentialProcessFailed', `The credential_process of profile ${name} gave no credentials.`, [
      'Run the command of that setting by hand to see why.',
    ])
  }
  if (kind === 'login') {
    return fail('LoginExpired', `The login of profile ${name} is missing or has expired.`, [
      `Run aws login${option}, then this command again.`,
    ])
  }
  if (search.profile !== undefined) {
    return fail('CredentialsFailed', `Profile ${search.profile} gave no credentials: ${reason(error)}`, [
      'msgops looks nowhere else when a profile is named.',
    ])
  }
  const names = [...sharedConfig.profiles.keys()]
  return fail('CredentialsMissing', 'No AWS credentials were found.', [
    ...(names.length > 0
      ? [`Name a profile: --profile ${names.join(' | ')}.`]
      : ['Run aws configure or aws configure sso.']),
    'Or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN for temporary keys.',
    'To try msgops without AWS: msgops sandbox start, then add --sandbox.',
  ])
}

/** What STS or a broken connection answered, told as for any other call. */
function fromExchange(
  error: unknown,
  exchange: Exchange,
  {region, profile, sharedConfig}: CredentialSearch,
): OpsError | undefined {
  const role = sharedConfig.profiles.get(profile ?? 'default')?.get('role_arn')
  const call: Call = {
    service: 'sts',
    operation: 'AssumeRole',
    input: role === undefined ? {} : {RoleArn: role},
    region,
    endpoint: `https://${exchange.host}`,
    profile,
    sandbox: false,
  }
  const network = networkFailure(exchange.error, {...call, operation: 'the request for credentials', input: {}})
  if (network) {
    return new OpsError(network.message, {
      code: network.code,
      exitCode: ExitCode.unreachable,
      suggestions: ['The credentials come from there: check the network, and that this machine may reach it.'],
    })
  }
  const told = translateError(error, call)
  if (!(told instanceof OpsError)) return undefined
  return new OpsError(told.message, {
    code: told.code,
    exitCode: told.exitCode === ExitCode.unreachable ? told.exitCode : ExitCode.denied,
    suggestions: told.suggestions,
    requestId: told.requestId,
    cause: told.cause,
  })
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason was given.'
}
