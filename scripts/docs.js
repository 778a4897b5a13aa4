import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {referencePages} from './reference.js'

const folder = new URL('../docs/commands/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('../oclif.manifest.json', import.meta.url), 'utf8'))

rmSync(folder, {recursive: true, force: true})
mkdirSync(folder, {recursive: true})
for (const [name, text] of referencePages(manifest)) writeFileSync(new URL(name, folder), text)
