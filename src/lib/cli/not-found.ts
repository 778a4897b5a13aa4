import {ExitCode, OpsError} from '../ops-error.js'
import {nearest} from '../nearest.js'

/** What oclif's Config knows of the commands: ids with colons between the words, an alias being an entry of its own. */
export interface CommandIndex {
  readonly bin: string
  readonly commands: readonly {readonly id: string; readonly aliases: readonly string[]; readonly hidden: boolean}[]
}

/** The error for words that name no command: exit 2, with the commands that look like them. */
export function commandNotFound(words: readonly string[], {bin, commands}: CommandIndex): OpsError {
  const typed = words.slice(0, 2)
  const ids = commands.filter(({id, aliases, hidden}) => !hidden && !aliases.includes(id)).map(({id}) => id)
  const names = ids.map(known => known.split(':'))
  const found = [2, 1].flatMap(depth =>
    nearest(
      typed.slice(0, depth).join(' '),
      names.filter(name => name.length === depth).map(name => name.join(' ')),
    ),
  )
  const siblings = ids.filter(known => typed.length > 1 && known.startsWith(`${typed[0] ?? ''}:`))
  const offered = found.length > 0 ? found.slice(0, 3) : siblings.map(known => known.replaceAll(':', ' '))
  return new OpsError(`There is no command "${typed.join(' ')}"`, {
    code: 'CommandNotFound',
    exitCode: ExitCode.usage,
    suggestions: [
      ...(offered.length > 0 ? [`Did you mean: ${offered.map(name => `${bin} ${name}`).join(', ')}`] : []),
      `All commands: ${bin} --help`,
    ],
  })
}
