import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import {showHelp} from '../lib/cli/show-help.js'

export default class Help extends Command {
  static override args = {
    command: string({description: 'The command or topic to explain, e.g. dlq redrive.', ignoreStdin: true}),
  }
  static override description = 'The same as --help behind the command.'
  static override examples = ['<%= config.bin %> help dlq redrive', '<%= config.bin %> help queue']
  static override strict = false
  static override summary = 'Explain a command'

  async run(): Promise<void> {
    const {argv} = await this.parse(Help)
    await showHelp(this.config, argv.map(String))
  }
}
