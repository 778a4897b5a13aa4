import {string} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {parseDuration} from '../../lib/cli/duration.js'
import {ExitCode, OpsError} from '../../lib/ops-error.js'
import type {View} from '../../lib/output/view.js'
import {SandboxControl} from '../../sandbox/control-client.js'
import type {ClockState} from '../../sandbox/control/protocol.js'

const view: View<ClockState> = {
  blocks: ({now, offsetMs, frozen}) => [
    {
      kind: 'fields',
      fields: [
        {label: 'Time', value: now},
        {label: 'Ahead of wall time', value: {seconds: Math.round(offsetMs / 1000)}},
        {label: 'Standing still', value: frozen},
      ],
    },
  ],
}

export default class SandboxClock extends OpsCommand {
  static override args = {
    act: string({description: 'show the time, or advance it.', options: ['show', 'advance'], default: 'show'}),
    by: string({description: 'How far to advance: 90, 30s, 10m, 2h, 1d.'}),
  }

  static override description =
    'Shows or moves the clock of the running local AWS. Advancing it lets visibility timeouts, delays, retention and temporary credentials run out at once, in order, without waiting.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> advance 10m']

  static override summary = 'Show or advance the time of the local AWS.'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(SandboxClock)
    const control = new SandboxControl({env: process.env, signal: this.signal, readOnly: flags['read-only']})
    if ((args.act === 'advance') !== (args.by !== undefined)) {
      throw new OpsError(args.by === undefined ? 'advance needs to know how far' : 'show takes nothing more', {
        code: 'UsageError',
        exitCode: ExitCode.usage,
        suggestions: ['For instance: msgops sandbox clock advance 10m'],
      })
    }
    this.out.result(
      args.by === undefined ? await control.clock() : await control.advance(parseDuration(args.by) * 1000),
      view,
    )
  }
}
