import {createAwsContext} from '../../../src/lib/aws/connect.js'
import type {ConnectionOptions} from '../../../src/lib/aws/connect.js'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import {OpsError} from '../../../src/lib/ops-error.js'

/** Keys in the environment, a region, and no file of the user's. */
export const ENV = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'eu-west-1',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
}

export function connectTo(endpointUrl: string, options: Partial<ConnectionOptions> = {}): AwsContext {
  return createAwsContext({sandbox: false, readOnly: false, env: ENV, endpointUrl, ...options})
}

/** The error that a promise rejects with; fails when it resolves. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('expected a failure')
    },
    (error: unknown) => error,
  )
}

/** The OpsError that a function throws, as the parts a script would see. */
export function refusal(work: () => unknown): {
  code: string
  exitCode: number
  message: string
  suggestions: readonly string[]
} {
  try {
    work()
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    const {code, exitCode, message, suggestions} = error
    return {code, exitCode, message, suggestions}
  }
  throw new Error('expected a refusal')
}
