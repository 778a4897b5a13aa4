import {ExitCode, OpsError} from '../ops-error.js'
import type {Sourced} from './context.js'
import {isLoopback} from './loopback.js'

/** Fixed and worthless: the sandbox takes any key, and this one means its account 000000000000. */
export const SANDBOX_CREDENTIALS = {accessKeyId: 'sandbox', secretAccessKey: 'sandbox'} as const

export const SANDBOX_REGION = 'us-east-1'

const DEFAULT_URL = 'http://127.0.0.1:4747'

/** Where the sandbox listens: MSGOPS_SANDBOX_URL or its default port; throws OpsError `EndpointInvalid` (exit 2) for another machine. */
export function sandboxUrl(env: NodeJS.ProcessEnv): Sourced<string> {
  const value = env.MSGOPS_SANDBOX_URL || DEFAULT_URL
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'http:' && isLoopback(url.hostname) && `${url.username}${url.password}` === '') {
    return {value: url.origin, source: env.MSGOPS_SANDBOX_URL ? 'MSGOPS_SANDBOX_URL' : 'sandbox'}
  }
  throw new OpsError('MSGOPS_SANDBOX_URL is not an http URL on this machine.', {
    code: 'EndpointInvalid',
    exitCode: ExitCode.usage,
    suggestions: [`The sandbox listens on this machine only, by default at ${DEFAULT_URL}.`],
  })
}
