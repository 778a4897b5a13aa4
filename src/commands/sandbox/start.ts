import {boolean, integer} from '@oclif/core/flags'
import {once} from 'node:events'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {ExitCode} from '../../lib/ops-error.js'
import type {View} from '../../lib/output/view.js'
import {DEFAULT_PORT} from '../../sandbox/control-client.js'
import {environmentFor, launchSandbox} from '../../sandbox/launch.js'

interface StartResult {
  readonly url: string
  readonly port: number
  readonly seeded: boolean
  readonly environment: Readonly<Record<string, string>>
}

const view: View<StartResult> = {
  blocks: ({environment}) => [
    {
      kind: 'text',
      text: Object.entries(environment)
        .map(([name, value]) => `export ${name}=${value}`)
        .join('\n'),
    },
  ],
}

export default class SandboxStart extends OpsCommand {
  static override description =
    'Runs a local AWS (SQS, SNS, Lambda and STS) on 127.0.0.1 until Ctrl-C, filled with the queues, the topic and the function of an invented shop. Prints the lines to copy into another terminal; the stock aws CLI and every AWS SDK work against it as well. What it holds is gone when it ends.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 5000 --no-seed',
  ]

  static override flags = {
    port: integer({
      default: DEFAULT_PORT,
      description: 'Port on 127.0.0.1 to listen on; 0 takes a free one.',
      max: 65_535,
      min: 0,
    }),
    'no-seed': boolean({description: 'Start empty, without the queues of the shop.'}),
  }

  static override summary = 'Run a local AWS for trying things.'

  async run(): Promise<void> {
    const {flags} = await this.parse(SandboxStart)
    const seeded = !flags['no-seed']
    const sandbox = await launchSandbox({port: flags.port, seed: seeded, log: line => this.out.warn(line)})
    const {url, port} = sandbox
    this.out.result({url, port, seeded, environment: environmentFor(sandbox)}, view)
    this.out.note(
      `The local AWS listens on ${url}; Ctrl-C ends it. In another terminal, with the lines above:\n` +
        (seeded
          ? '  msgops dlq list\n  msgops dlq show orders-dlq\n  msgops topic show orders-topic'
          : '  msgops queue list'),
    )
    if (!this.signal.aborted) await once(this.signal, 'abort')
    await sandbox.close()
    this.exitWith(ExitCode.done)
  }
}
