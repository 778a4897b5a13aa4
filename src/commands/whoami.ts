import {OpsCommand} from '../lib/cli/base-command.js'
import {whoAmIView} from '../lib/identity/result.js'
import {whoAmI} from '../lib/identity/who-am-i.js'

export default class Whoami extends OpsCommand {
  static override description =
    'Asks AWS whose credentials these are (GetCallerIdentity, which needs no permission), and shows the region, the endpoint and where each was read from. Run it before anything that writes.'

  static override examples = [
    '<%= config.bin %> whoami',
    '<%= config.bin %> whoami --profile prod --json --query account',
  ]

  static override summary = 'Show the account, role, region and endpoint in use'

  async run(): Promise<void> {
    await this.parse(Whoami)
    this.out.result(await whoAmI(this.aws, {signal: this.signal}), whoAmIView)
  }
}
