import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {ExitCode, OpsError} from '../ops-error.js'

/** The settings of one section; a nested setting's key is `parent.child`, e.g. `sqs.endpoint_url`. */
export type Section = ReadonlyMap<string, string>

/** What ~/.aws/config and ~/.aws/credentials say, by section. */
export interface SharedConfig {
  readonly configPath: string
  readonly credentialsPath: string
  /** Both files merged; the credentials file wins, as in the SDKs. */
  readonly profiles: ReadonlyMap<string, Section>
  readonly services: ReadonlyMap<string, Section>
  readonly ssoSessions: ReadonlyMap<string, Section>
}

const PREFIXED = /^(profile|services|sso-session)\s+(["'])?(.+?)\2$/

/**
 * Reads the shared configuration files (docs.aws.amazon.com/sdkref, "Shared config and credentials files"), of which
 * AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE may name others. A missing file is empty; an unreadable one throws OpsError
 * `ConfigUnreadable` (exit 2), because passing over it could mean another account. Synchronous: two small files, before the
 * first request. The SDK's own loader is asynchronous and comes with the SDK.
 */
export function loadSharedConfig(env: NodeJS.ProcessEnv): SharedConfig {
  const configPath = sharedFile(env, 'AWS_CONFIG_FILE', 'config')
  const credentialsPath = sharedFile(env, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials')
  const profiles = new Map<string, Map<string, string>>()
  const services = new Map<string, Section>()
  const ssoSessions = new Map<string, Section>()
  for (const [name, section] of parseIni(readOptional(configPath))) {
    const [, kind, , rest = ''] = PREFIXED.exec(name) ?? []
    if (kind === 'services') services.set(rest, section)
    else if (kind === 'sso-session') ssoSessions.set(rest, section)
    else if (kind === 'profile') merge(profiles, rest, section)
    else if (name === 'default') merge(profiles, name, section)
  }
  for (const [name, section] of parseIni(readOptional(credentialsPath))) merge(profiles, name, section)
  return {configPath, credentialsPath, profiles, services, ssoSessions}
}

/** Sections and settings of an AWS ini text: `#` and `;` start a comment at a line's start or after a blank; indented settings nest. */
export function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  let parent: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const content = (line.split(/(?:^|\s)[;#]/)[0] ?? '').trim()
    const heading = /^\[(.*)\]$/.exec(content)?.[1]?.trim()
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map()
      sections.set(heading, section)
      parent = undefined
      continue
    }
    const equals = content.indexOf('=')
    if (!section || equals < 1) continue
    const key = content.slice(0, equals).trim()
    const value = content.slice(equals + 1).trim()
    if (parent !== undefined && !/^\s/.test(line)) parent = undefined
    if (value === '') parent = key
    else section.set(parent === undefined ? key : `${parent}.${key}`, value)
  }
  return sections
}

function merge(profiles: Map<string, Map<string, string>>, name: string, section: Section): void {
  profiles.set(name, new Map([...(profiles.get(name) ?? []), ...section]))
}

function sharedFile(env: NodeJS.ProcessEnv, variable: string, name: string): string {
  const home = env.HOME || env.USERPROFILE || homedir()
  const path = env[variable] || join(home, '.aws', name)
  return path.startsWith('~/') ? join(home, path.slice(2)) : path
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new OpsError(`The AWS configuration file ${path} cannot be read (${code ?? 'unknown error'}).`, {
      code: 'ConfigUnreadable',
      exitCode: ExitCode.usage,
      suggestions: ['Make the file readable, or name another one in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE.'],
      cause: error,
    })
  }
}
