import {build} from 'esbuild'
import {rm} from 'node:fs/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'

// The long tier of test/chaos, on the real program: npm run chaos -- [--times 100] [--seed 1] [--only kills]
const root = fileURLToPath(new URL('..', import.meta.url))
// Beside its sources, which find other files from where they are.
const out = `${root}test/chaos/.long-${process.pid}.mjs`
await build({
  absWorkingDir: root,
  entryPoints: ['test/chaos/long.ts'],
  outfile: out,
  bundle: true,
  packages: 'external',
  external: ['*/scripts/bundle.js'],
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
})
try {
  await import(pathToFileURL(out).href)
} finally {
  await rm(out)
}
