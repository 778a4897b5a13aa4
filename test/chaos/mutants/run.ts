import {spawn} from 'node:child_process'
import {cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {build} from 'esbuild'
import type {Mutant} from './mutants.js'
import {MUTANTS} from './mutants.js'

/** A mutant that goes round in circles for so long is noticed by everybody. */
const PATIENCE_MS = 300_000
const AT_ONCE = 2
const REDRIVE = 'src/lib/redrive'
const ENGINE_TESTS = 'test/lib/redrive/client'

interface Verdict {
  readonly mutant: Mutant
  /** What noticed it; undefined where nothing did. */
  readonly by: string | undefined
}

/**
 * Breaks the engine in every way of the list, one at a time, in a copy, and plays the model against it, then the tests of the engine:
 * `npm run chaos -- mutants [--schedules N] [--only TEXT]`. Prints a table; returns whether every mutant was noticed.
 */
export async function runMutants(args: readonly string[]): Promise<boolean> {
  const {values} = parseArgs({
    args: [...args],
    options: {schedules: {type: 'string', default: '20000'}, only: {type: 'string', default: ''}},
  })
  const waiting = MUTANTS.filter(({name}) => name.includes(values.only))
  const mutants = [...waiting]
  const verdicts: Verdict[] = []
  await Promise.all(
    Array.from({length: AT_ONCE}, async () => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const by = await tryMutant(mutant, values.schedules)
        verdicts.push({mutant, by})
        process.stderr.write(`${by === undefined ? 'SURVIVED' : 'noticed'}  ${mutant.name}  ${by ?? ''}\n`)
      }
    }),
  )
  const rows = mutants.map(mutant => rowOf(mutant, verdicts.find(verdict => verdict.mutant === mutant)?.by))
  process.stdout.write(['| Mutant | File | Noticed by |', '|--|--|--|', ...rows, ''].join('\n'))
  const noticed = verdicts.filter(({by}) => by !== undefined).length
  process.stdout.write(`${noticed} of ${verdicts.length} noticed\n`)
  return noticed === verdicts.length
}

function rowOf({name, file}: Mutant, by: string | undefined): string {
  return `| ${name} | \`${file}\` | ${by ?? '**nothing**'} |`
}

/** Returns what noticed the mutant. */
async function tryMutant(mutant: Mutant, schedules: string): Promise<string | undefined> {
  const copy = await mkdtemp(path.join(tmpdir(), 'msgops-mutant-'))
  try {
    for (const part of ['src', 'test/chaos/model', ENGINE_TESTS]) {
      await mkdir(path.dirname(path.join(copy, part)), {recursive: true})
      await cp(part, path.join(copy, part), {recursive: true})
    }
    for (const file of ['package.json', 'tsconfig.json']) await cp(file, path.join(copy, file))
    await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'))
    await change(path.join(copy, REDRIVE, mutant.file), mutant)
    return (await byModel(copy, schedules)) ?? (await byTests(copy))
  } finally {
    await rm(copy, {recursive: true, force: true})
  }
}

async function change(file: string, {name, text, instead}: Mutant): Promise<void> {
  const source = await readFile(file, 'utf8')
  if (source.split(text).length !== 2) throw new Error(`${name}: its text is not once in ${file}`)
  await writeFile(
    file,
    source.replace(text, () => instead),
  )
}

async function byModel(copy: string, schedules: string): Promise<string | undefined> {
  const outfile = path.join(copy, 'model.mjs')
  await build({
    absWorkingDir: copy,
    entryPoints: ['test/chaos/model/main.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'error',
  })
  const {code, output} = await run([outfile, '--schedules', schedules, '--seed', '1', '--shrinks', '0'], copy)
  if (code === 0) return undefined
  const played = [...output.matchAll(/schedules (\d+) /g)].at(-1)?.[1]
  const broken = [...new Set([...output.matchAll(/\b(P\d+|SUM): /g)].map(match => match[1]))].join(', ')
  return played === undefined ? 'model: does not end' : `model: ${broken} after ${played} schedules`
}

async function byTests(copy: string): Promise<string | undefined> {
  const vitest = path.resolve('node_modules/vitest/vitest.mjs')
  const {code, output} = await run(
    [vitest, 'run', `${ENGINE_TESTS}/engine.test.ts`, `${ENGINE_TESTS}/parts.test.ts`, '--reporter', 'json'],
    copy,
  )
  if (code === 0) return undefined
  const failed = Number(/"numFailedTests":(\d+)/.exec(output)?.[1] ?? 0)
  if (failed === 0) throw new Error(`the tests of the engine do not run: ${output}`)
  return `tests: ${failed} of the engine's`
}

function run(args: readonly string[], cwd: string): Promise<{code: number | null; output: string}> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {cwd, stdio: ['ignore', 'pipe', 'ignore'], timeout: PATIENCE_MS})
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', code => resolve({code, output}))
  })
}
