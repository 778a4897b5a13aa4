import {ExitCode, OpsError} from '../lib/ops-error.js'
import {SANDBOX_ACCESS_KEY_ID, SANDBOX_REGION, SANDBOX_SECRET_ACCESS_KEY} from './accounts.js'
import {DEFAULT_PORT} from './control-client.js'
import {startSandbox, type Sandbox, type SandboxOptions} from './server.js'

/** Starts the local AWS for a user. Throws OpsError PortUnavailable (exit 1) when the port is taken or may not be used. */
export async function launchSandbox(options: SandboxOptions & {readonly port: number}): Promise<Sandbox> {
  try {
    return await startSandbox(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    throw new OpsError(`Port ${options.port} of 127.0.0.1 ${code === 'EACCES' ? 'may not be used' : 'is taken'}`, {
      code: 'PortUnavailable',
      exitCode: ExitCode.failed,
      suggestions: [
        'See whether it is a local AWS already: msgops sandbox status',
        'Take a free port: msgops sandbox start --port 0',
      ],
      cause: error,
    })
  }
}

/** The environment in which msgops, the aws CLI and every AWS SDK talk to this local AWS. */
export function environmentFor({url, port}: Pick<Sandbox, 'url' | 'port'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: SANDBOX_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: SANDBOX_SECRET_ACCESS_KEY,
    AWS_REGION: SANDBOX_REGION,
    // The aws CLI 1 and boto3 read this one only.
    AWS_DEFAULT_REGION: SANDBOX_REGION,
    // What `--sandbox` and the sandbox commands need to find it where they would not look.
    ...(port === DEFAULT_PORT ? {} : {MSGOPS_SANDBOX_URL: url}),
  }
}
