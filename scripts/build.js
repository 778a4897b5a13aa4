import {execFileSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {bundle} from './bundle.js'
import {manifest} from './manifest.js'

const root = fileURLToPath(new URL('..', import.meta.url))

if (!process.argv.includes('--no-typecheck')) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], {cwd: root, stdio: 'inherit'})
}
await bundle()
writeFileSync(new URL('../oclif.manifest.json', import.meta.url), await manifest())
