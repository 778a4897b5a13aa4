import {boolean} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import type {View} from '../../lib/output/view.js'
import {SandboxControl} from '../../sandbox/control-client.js'

interface ResetResult {
  readonly url: string
  readonly seeded: boolean
}

const view: View<ResetResult> = {
  blocks: ({url, seeded}) => [
    {
      kind: 'fields',
      fields: [
        {label: 'URL', value: url},
        {label: 'State', value: seeded ? 'as freshly started, with the queues of the shop' : 'empty'},
      ],
    },
  ],
}

export default class SandboxReset extends OpsCommand {
  static override description =
    'Puts the running local AWS back to how it starts: every queue and message of every account, the faults, the temporary credentials and the time it was advanced are forgotten.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --no-seed']

  static override flags = {
    'no-seed': boolean({description: 'Leave it empty, without the queues of the shop.'}),
  }

  static override summary = 'Start the local AWS afresh.'

  async run(): Promise<void> {
    const {flags} = await this.parse(SandboxReset)
    const seeded = !flags['no-seed']
    const control = new SandboxControl({env: process.env, signal: this.signal, readOnly: flags['read-only']})
    const {url} = await control.reset({seed: seeded})
    this.out.result({url, seeded}, view)
  }
}
