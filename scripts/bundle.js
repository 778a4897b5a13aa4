import {build} from 'esbuild'
import {cp, mkdtemp, readdir, rename, rm} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import path from 'node:path'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every entry becomes a file of its own; what several share becomes a chunk, so a command loads only what it uses. */
async function entryPoints() {
  const files = await readdir(path.join(root, 'src/commands'), {recursive: true})
  return ['src/main.ts', 'src/sandbox/server.ts', ...files.filter(f => f.endsWith('.ts')).map(f => `src/commands/${f}`)]
}

/** Bundles src/ into dist/ (ESM, code splitting) and swaps the folder in one rename, so a running command never sees half. */
export async function bundle({minify = true} = {}) {
  const out = await mkdtemp(path.join(root, 'dist.tmp-'))
  const result = await build({
    absWorkingDir: root,
    entryPoints: await entryPoints(),
    outbase: 'src',
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minify,
    keepNames: true,
    legalComments: 'none',
    chunkNames: 'chunks/[hash]',
    // @oclif/core asks for these at run time in development only; bundled they would bring the TypeScript compiler along.
    external: ['typescript', 'ts-node', 'tsx'],
    define: {'process.env.NODE_ENV': '"production"'},
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  })
  const dist = path.join(root, 'dist')
  const old = `${out}-old`
  await rename(dist, old).catch(() => cp(out, dist, {recursive: true}))
  await rename(out, dist).catch(async () => rm(out, {recursive: true, force: true}))
  await rm(old, {recursive: true, force: true})
  return result.metafile
}
