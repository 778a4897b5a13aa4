import {build} from 'esbuild'
import {rm} from 'node:fs/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'

// The long tiers of test/chaos:
//   npm run chaos -- [--times 100] [--seed 1] [--only kills]          the real program
//   npm run chaos -- model [--schedules 1000000] [--seed 1]           the engine and its journal in a model of the world
//   npm run chaos -- mutants [--schedules 20000] [--only TEXT]        whether the model notices a broken engine
const tiers = ['model', 'mutants']
const tier = tiers.find(name => name === process.argv[2])
if (tier !== undefined) process.argv.splice(2, 1)
const root = fileURLToPath(new URL('..', import.meta.url))
// Beside its sources, which find other files from where they are.
const out = `${root}test/chaos/.long-${process.pid}.mjs`
await build({
  absWorkingDir: root,
  entryPoints: [tier === undefined ? 'test/chaos/long.ts' : `test/chaos/${tier}/main.ts`],
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
