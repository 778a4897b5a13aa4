import {readdirSync, readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'

interface ManifestCommand {
  id: string
  summary?: string
  description?: string
  examples?: unknown[]
  aliases: string[]
  hidden?: boolean
  flags: Record<string, {name: string; summary?: string; description?: string}>
  args: Record<string, {name: string; description?: string}>
}

const repository = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8')
const manifest = JSON.parse(read('oclif.manifest.json')) as {commands: Record<string, ManifestCommand>}
const commands = Object.values(manifest.commands).filter(c => !c.hidden && c.id !== 'help')
const files = readdirSync(new URL('src/commands/', repository), {recursive: true})
  .map(String)
  .filter(f => f.endsWith('.ts'))

const SHARED = [
  'profile', 'region', 'endpoint-url', 'sandbox', 'output', 'json', 'query', 'read-only', 'yes', 'confirm', 'no-input', 'timeout', 'debug', 'no-color',
] // prettier-ignore

describe.each(commands)('msgops $id', command => {
  it('says what it does, at length and by example', () => {
    expect(command.summary).toMatch(/\S/)
    expect(command.description).toMatch(/\S/)
    expect(command.examples?.length).toBeGreaterThan(0)
  })

  it('explains every flag and argument of its own', () => {
    const unexplained = [...Object.values(command.flags), ...Object.values(command.args)]
      .filter(f => !/\S/.test([f.description, 'summary' in f ? f.summary : undefined].join('')))
      .map(f => f.name)
    expect(unexplained).toEqual([])
  })

  it('has the shared flags', () => {
    expect(Object.keys(command.flags)).toEqual(expect.arrayContaining(SHARED))
  })
})

describe('command files', () => {
  it('are there', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'whoami.ts',
        'doctor.ts',
        ...['list', 'show', 'peek', 'send', 'purge'].map(verb => `queue/${verb}.ts`),
        ...['list', 'show', 'redrive'].map(verb => `dlq/${verb}.ts`),
        ...['list', 'show', 'apply', 'resume', 'cancel', 'verify', 'export'].map(verb => `job/${verb}.ts`),
        ...['list', 'show', 'publish', 'tail', 'trace'].map(verb => `topic/${verb}.ts`),
        ...['start', 'status', 'reset', 'clock', 'fault'].map(verb => `sandbox/${verb}.ts`),
      ]),
    )
  })

  it.each(files)('%s is thin (90 lines at most)', file => {
    expect(read(`src/commands/${file}`).split('\n').length).toBeLessThanOrEqual(91)
  })

  it('give every list the alias ls', () => {
    const lists = commands.filter(c => c.id.endsWith(':list'))
    expect(lists.map(c => c.aliases)).toEqual(lists.map(c => [c.id.replace(/list$/, 'ls')]))
  })
})
