import {build} from 'esbuild'
import {rm} from 'node:fs/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'

// The long tiers of test/chaos:
//   npm run chaos -- [--times 100] [--seed 1] [--only kills]          the real program
//   npm run chaos -- flood [--messages 1000000] [--faults 100000]     the same, many messages under faults
//   npm run chaos -- kills [--targeted 3200] [--random 2000]          the same, many kills; both: [--seed 1] [--minutes N]
//   npm run chaos -- fuzz [--inputs 10000] [--seed 1] [--case N]      hostile inputs of every kind, to every command
//   npm run chaos -- soak [--minutes 480] [--rate 50]                 memory and open files of a redrive that follows its queue
//   npm run chaos -- model [--schedules 1000000] [--seed 1]           the engine and its journal in a model of the world
//   npm run chaos -- mutants [--schedules 20000] [--only TEXT]        whether the model notices a broken engine
const tiers = {
  model: 'model/main.ts',
  mutants: 'mutants/main.ts',
  flood: 'volume/main.ts',
  kills: 'volume/main.ts',
  fuzz: 'fuzz-main.ts',
  soak: 'soak-main.ts',
}
const entry = tiers[process.argv[2]]
if (entry !== undefined && !entry.startsWith('volume')) process.argv.splice(2, 1)
const root = fileURLToPath(new URL('..', import.meta.url))
// Beside its sources, which find other files from where they are.
const out = `${root}test/chaos/.long-${process.pid}.mjs`
await build({
  absWorkingDir: root,
  entryPoints: [`test/chaos/${entry ?? 'long.ts'}`],
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
