import type {JournalHeader} from '../redrive/journal/header.js'

/** What already turns a command of this user to another place than AWS, so that a command that is pasted need not, or must not, say it. */
export interface ConnectionInUse {
  /** Absent: the commands talk to AWS, or to `endpoint`. */
  readonly sandbox?: 'typed' | 'environment' | undefined
  /** As the environment says it. */
  readonly endpoint?: string | undefined
}

type Bound = Pick<JournalHeader, 'account' | 'profile' | 'region' | 'endpoint'>

const SANDBOX_ACCOUNT = '000000000000'

/** Reads what the environment says of the connection; `sandbox` is what flags and environment come to. */
export function connectionInUse(
  {sandbox, typed}: {sandbox: boolean; typed: boolean},
  env: NodeJS.ProcessEnv,
): ConnectionInUse {
  const endpoint = [env.MSGOPS_ENDPOINT_URL, env.AWS_ENDPOINT_URL_SQS, env.AWS_ENDPOINT_URL].find(
    url => url !== undefined && url !== '',
  )
  return {sandbox: sandbox ? (typed ? 'typed' : 'environment') : undefined, endpoint}
}

/** The words that continue a job over the connection it is bound to, as they work where `inUse` holds; to be quoted for a shell. */
export function resumeWords(header: Pick<JournalHeader, 'job'> & Bound, inUse: ConnectionInUse = {}): string[] {
  const words = ['msgops', 'job', 'resume', header.job, ...connectionWords(header, inUse)]
  // The sandbox of the environment would refuse the profile and the endpoint of a job that is not its own.
  return inUse.sandbox === 'environment' && !isOfSandbox(header) ? ['MSGOPS_SANDBOX=0', ...words] : words
}

function connectionWords(header: Bound, {sandbox, endpoint: known}: ConnectionInUse): string[] {
  const {profile, region, endpoint} = header
  if (sandbox !== undefined && isOfSandbox(header)) {
    return ['--region', region, ...(sandbox === 'typed' ? ['--sandbox'] : [])]
  }
  const isKnown = endpoint !== undefined && known !== undefined && originOf(known) === endpoint
  return [
    ...(profile === undefined ? [] : ['--profile', profile]),
    '--region',
    region,
    ...(endpoint === undefined || isKnown ? [] : ['--endpoint-url', endpoint]),
  ]
}

function isOfSandbox({account, profile, endpoint}: Bound): boolean {
  return account === SANDBOX_ACCOUNT && profile === undefined && endpoint !== undefined
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}
