import {readdirSync, readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {manifest} from '../../scripts/manifest.js'
import {referencePages} from '../../scripts/reference.js'

const repository = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8')

describe('generated files are fresh', () => {
  it('oclif.manifest.json is what the commands say (npm run build)', async () => {
    expect(read('oclif.manifest.json')).toBe(await manifest())
  })

  it('docs/commands is what the manifest says (npm run docs)', () => {
    const pages: Map<string, string> = referencePages(JSON.parse(read('oclif.manifest.json')))
    expect(readdirSync(new URL('docs/commands/', repository)).sort()).toEqual([...pages.keys()].sort())
    for (const [name, text] of pages) expect(read(`docs/commands/${name}`), name).toBe(text)
  })
})
