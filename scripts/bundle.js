import {build} from 'esbuild'
import {chmod, cp, mkdtemp, readdir, rename, rm} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import path from 'node:path'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every entry becomes a file of its own; what several share becomes a chunk, so a command loads only what it uses. */
async function entryPoints() {
  const files = await readdir(path.join(root, 'src/commands'), {recursive: true})
  return ['src/main.ts', 'src/sandbox/server.ts', ...files.filter(f => f.endsWith('.ts')).map(f => `src/commands/${f}`)]
}

// Parts of @oclif/core that a bundle with a manifest and an oclif block in package.json never reaches; evaluating them costs start-up.
const UNREACHED = {
  tinyglobby: 'command discovery without a manifest',
  minimatch: 'plugin patterns',
  lilconfig: 'oclif settings outside package.json',
  // Built whenever stderr is a terminal, shown by nobody here: an empty frame is all it needs.
  'cli-spinners': "oclif's own spinner",
}

const leaveOut = {
  name: 'leave-out',
  setup(context) {
    context.onResolve({filter: new RegExp(`^(${Object.keys(UNREACHED).join('|')})$`)}, ({path: id}) => ({
      path: id,
      namespace: 'left-out',
    }))
    context.onLoad({filter: /.*/, namespace: 'left-out'}, ({path: id}) => ({
      contents: `const leftOut = () => { throw new Error(${JSON.stringify(`${id} (${UNREACHED[id]}) is not part of the bundle`)}) }
        module.exports = {glob: leftOut, minimatch: leftOut, lilconfig: leftOut, line: {frames: ['']}, dots2: {frames: ['']}}`,
    }))
  },
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
    // Identifiers stay: class names and stack traces remain readable, and esbuild's keepNames would cost 15 ms at start-up.
    minifyWhitespace: minify,
    minifySyntax: minify,
    plugins: [leaveOut],
    // The SDK's ES modules: half the size of its CommonJS builds once unused parts are dropped.
    mainFields: ['module', 'main'],
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
  // A temporary folder is the owner's alone; a package's files are for everyone.
  await chmod(out, 0o755)
  await rename(out, dist).catch(async () => rm(out, {recursive: true, force: true}))
  await rm(old, {recursive: true, force: true})
  return result.metafile
}
