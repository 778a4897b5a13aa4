import {ExitCode, OpsError} from '../ops-error.js'
import type {Section, SharedConfig} from './shared-config.js'

/** How a profile says its credentials are had. */
export type CredentialKind = 'assume-role' | 'keys' | 'login' | 'process' | 'sso' | 'web-identity'

const EMPTY: Section = new Map()
const SSO_SETTINGS = ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name']

/** The way a profile gets its credentials, in the order in which the SDK looks; undefined when it says none. */
export function credentialKind(section: Section): CredentialKind | undefined {
  if (section.has('role_arn') && (section.has('source_profile') || section.has('credential_source')))
    return 'assume-role'
  if (section.has('aws_access_key_id') && section.has('aws_secret_access_key')) return 'keys'
  if (section.has('role_arn') && section.has('web_identity_token_file')) return 'web-identity'
  if (section.has('credential_process')) return 'process'
  if (SSO_SETTINGS.some(key => section.has(key))) return 'sso'
  return section.has('login_session') ? 'login' : undefined
}

/**
 * Makes sure that a named profile can supply credentials by itself; throws OpsError `ProfileIncomplete` (exit 4) with what is
 * missing. The SDK would go on to the machine's own role, and so to another account than the one asked for.
 */
export function assertProfileComplete(name: string, config: SharedConfig, visited: readonly string[] = []): void {
  const section = config.profiles.get(name) ?? EMPTY
  const source = section.get('source_profile')
  const fail = (why: string, suggestion: string) => {
    throw new OpsError(`Profile ${name} ${why}.`, {
      code: 'ProfileIncomplete',
      exitCode: ExitCode.denied,
      suggestions: [suggestion],
    })
  }
  const kind = credentialKind(section)
  if (kind === undefined) {
    if (section.has('role_arn'))
      fail('has a role_arn but says not whose credentials assume it', 'Add source_profile or credential_source to it.')
    if (section.has('aws_access_key_id'))
      fail('has an aws_access_key_id without an aws_secret_access_key', `Run aws configure --profile ${name}.`)
    fail(
      config.profiles.has(name) ? 'holds no credentials' : 'does not exist',
      `Add some with aws configure --profile ${name} or aws configure sso --profile ${name}, or use another --profile.`,
    )
  }
  if (kind !== 'assume-role' || source === undefined) return
  if (source === name && section.has('aws_access_key_id')) return
  if (visited.includes(source) || source === name)
    fail(`and ${source} name each other as source_profile`, 'Break the circle in ~/.aws/config.')
  if (!config.profiles.has(source))
    fail(
      `names the source_profile ${source}, which does not exist`,
      `Profiles that exist: ${[...config.profiles.keys()].join(', ')}.`,
    )
  assertProfileComplete(source, config, [...visited, name])
}

/** The profile whose own settings supply the credentials that `name` ends up with: the last of its source_profile chain. */
export function sourceOf(name: string, config: SharedConfig): {readonly name: string; readonly section: Section} {
  const visited = new Set<string>()
  let current = name
  for (;;) {
    const section = config.profiles.get(current) ?? EMPTY
    const source = credentialKind(section) === 'assume-role' ? section.get('source_profile') : undefined
    if (source === undefined || visited.has(source) || source === current) return {name: current, section}
    visited.add(current)
    current = source
  }
}
