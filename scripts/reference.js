/** Turns the command manifest into the pages of docs/commands: one page a noun. */

const SHARED = 'GLOBAL'

/** @returns {Map<string, string>} file name -> Markdown */
export function referencePages(manifest) {
  const nouns = new Map()
  for (const command of visibleCommands(manifest)) {
    const noun = nounOf(command)
    nouns.set(noun, [...(nouns.get(noun) ?? []), command])
  }
  const pages = new Map()
  for (const [noun, commands] of nouns) pages.set(`${noun}.md`, page(noun, commands))
  pages.set('README.md', index(nouns))
  return pages
}

const visibleCommands = manifest =>
  Object.values(manifest.commands)
    .filter(c => !c.hidden)
    .sort((a, b) => a.id.localeCompare(b.id))
const nounOf = command => command.id.split(':')[0]
const words = id => id.replaceAll(':', ' ')
const escapeCell = text => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')

function index(nouns) {
  const lines = ['# Command reference', '', 'Generated from the commands themselves (`npm run docs`).', '']
  for (const [noun, commands] of nouns) {
    lines.push(`## [${noun}](${noun}.md)`, '')
    for (const c of commands)
      lines.push(`- [\`msgops ${words(c.id)}\`](${noun}.md#msgops-${c.id.replaceAll(':', '-')}): ${c.summary ?? ''}`)
    lines.push('')
  }
  const shared = sharedFlags([...nouns.values()][0]?.[0])
  lines.push('## Flags that every command has', '', ...flagTable(shared), '')
  return lines.join('\n')
}

function page(noun, commands) {
  const lines = [
    `# ${noun}`,
    '',
    'Generated from the commands themselves (`npm run docs`). [All commands](README.md)',
    '',
  ]
  for (const c of commands) {
    const args = Object.values(c.args ?? {})
    lines.push(`## msgops ${words(c.id)}`, '', c.summary ?? '', '')
    lines.push(
      '```',
      `msgops ${words(c.id)}${args.map(a => (a.required ? ` ${a.name.toUpperCase()}` : ` [${a.name.toUpperCase()}]`)).join('')} [flags]`,
      '```',
      '',
    )
    if (c.aliases?.length) lines.push(`Alias: ${c.aliases.map(a => `\`${words(a)}\``).join(', ')}`, '')
    if (c.description) lines.push(c.description, '')
    if (args.length)
      lines.push(
        '| argument | what |',
        '|---|---|',
        ...args.map(a => `| \`${a.name.toUpperCase()}\` | ${escapeCell(a.description ?? '')} |`),
        '',
      )
    const own = Object.values(c.flags ?? {}).filter(f => !f.hidden && f.helpGroup !== SHARED)
    if (own.length) lines.push(...flagTable(own), '')
    if (c.examples?.length) lines.push('Examples', '', '```', ...c.examples.flatMap(e => exampleLines(e, c)), '```', '')
  }
  return lines.join('\n')
}

const sharedFlags = command => Object.values(command?.flags ?? {}).filter(f => !f.hidden && f.helpGroup === SHARED)

function flagTable(flags) {
  return [
    '| flag | what | default |',
    '|---|---|---|',
    ...flags.sort((a, b) => a.name.localeCompare(b.name)).map(flagRow),
  ]
}

function flagRow(f) {
  const value = f.type === 'option' ? ` ${f.helpValue ?? (f.options ? f.options.join('|') : f.name.toUpperCase())}` : ''
  const short = f.char ? `-${f.char}, ` : ''
  return `| \`${short}--${f.name}${escapeCell(value)}\` | ${escapeCell(f.summary ?? f.description ?? '')} | ${f.default === undefined ? '' : `\`${escapeCell(f.default)}\``} |`
}

function exampleLines(example, command) {
  const fill = text => text.replaceAll('<%= config.bin %>', 'msgops').replaceAll('<%= command.id %>', words(command.id))
  if (typeof example === 'string') return [fill(example)]
  return [`# ${example.description}`, fill(example.command)]
}
