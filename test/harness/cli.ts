import {SQS} from '@aws-sdk/client-sqs'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeEach} from 'vitest'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'
import {runInTerminal, runPiped, type PtyOptions, type RunOptions} from '../fixtures/cli/run.js'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** The built CLI against one local AWS: on pipes or in a terminal, as a user would run it. */
export class Cli {
  constructor(
    readonly sandbox: Sandbox,
    /** Where the commands keep their journals: apart from those of any other test file, and of whoever runs the tests. */
    readonly state = mkdtempSync(path.join(tmpdir(), 'msgops-state-')),
  ) {}

  /** Runs `msgops <args>` in the sandbox with its output on pipes. */
  piped(args: readonly string[], options: RunOptions = {}) {
    return runPiped(process.execPath, [BIN, ...args], {...options, env: {...this.env, ...options.env}})
  }

  /** Runs `msgops <args> --json`; `document` is what stdout holds. */
  async json(args: readonly string[], options: RunOptions = {}) {
    const run = await this.piped([...args, '--json'], options)
    return {...run, document: JSON.parse(run.stdout) as Record<string, unknown>}
  }

  /** Runs `msgops <args>` in a terminal of 80 columns. */
  terminal(args: readonly string[], options: PtyOptions = {}) {
    return runInTerminal(process.execPath, [BIN, ...args], {...options, env: {...this.env, ...options.env}})
  }

  /** What turns a command to this sandbox; a test of the connection itself gives its own. */
  get env(): Record<string, string> {
    return {MSGOPS_SANDBOX: '1', MSGOPS_SANDBOX_URL: this.sandbox.url, XDG_STATE_HOME: this.state}
  }
}

/** A local AWS for one test file, fresh (or seeded anew) before each test, and the CLI that talks to it. */
export async function cliOnSandbox({seed = false} = {}): Promise<Cli> {
  const sandbox = await startSandbox()
  beforeEach(() => sandbox.reset({seed}))
  afterAll(() => sandbox.close())
  return new Cli(sandbox)
}

/** The SDK's own client on the sandbox, to set the scene and to look at what a command left behind. */
export function sqsOf(sandbox: Sandbox, region = 'us-east-1', accessKeyId = 'sandbox'): SQS {
  return new SQS({
    endpoint: sandbox.url,
    region,
    credentials: {accessKeyId, secretAccessKey: 'sandbox'},
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  })
}

/** The operations that the sandbox was asked for since the last reset, in order. */
export function operations(sandbox: Sandbox): string[] {
  return sandbox.requests.list().map(({action}) => action)
}
