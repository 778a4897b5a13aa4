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

const missing = what => `() => { throw new Error(${JSON.stringify(`${what} is not part of the bundle`)}) }`

// What a bundled @oclif/core with a manifest, and an oclif block in package.json, never needs; evaluating it would cost start-up.
const REPLACED = {
  tinyglobby: `exports.glob = ${missing('Command discovery without a manifest')}`,
  minimatch: `exports.minimatch = ${missing('A pattern of plugin names')}`,
  lilconfig: `exports.lilconfig = ${missing('A search for oclif settings')}`,
  // oclif builds its spinner whenever stderr is a terminal; nobody here shows it.
  'cli-spinners': `exports.line = exports.dots2 = {frames: ['']}`,
  // oclif's own DEBUG=oclif* log. --debug is ours.
  debug: `module.exports = () => () => undefined`,
}

const replaceUnneeded = {
  name: 'replace-unneeded',
  setup(context) {
    const names = new RegExp(`^(${Object.keys(REPLACED).join('|')})$`)
    context.onResolve({filter: names}, ({path: id, importer}) =>
      importer.includes(`${path.sep}@oclif${path.sep}`) ? {path: id, namespace: 'replaced'} : undefined,
    )
    context.onLoad({filter: /.*/, namespace: 'replaced'}, ({path: id}) => ({contents: REPLACED[id]}))
  },
}

/** Bundles src/ into dist/ (ESM, code splitting) and swaps the folder in one rename, so a running command never sees half. */
export async function bundle({minify = true} = {}) {
  const out = await mkdtemp(path.join(root, 'dist.tmp-'))
  const result = await bundleInto(out, {minify})
  const dist = path.join(root, 'dist')
  const old = `${out}-old`
  await rename(dist, old).catch(() => cp(out, dist, {recursive: true}))
  // A temporary folder is the owner's alone; a package's files are for everyone.
  await chmod(out, 0o755)
  await rename(out, dist).catch(async () => rm(out, {recursive: true, force: true}))
  await rm(old, {recursive: true, force: true})
  return result.metafile
}

/**
 * Bundles src/ into a folder. `failpoints`: with the places at which the chaos tests kill it; `plugins`: theirs. Neither is published.
 *
 * @param {string} out
 * @param {{minify?: boolean, failpoints?: boolean, plugins?: import('esbuild').Plugin[]}} [options]
 */
export async function bundleInto(out, {minify = true, failpoints = false, plugins = []} = {}) {
  return build({
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
    plugins: [replaceUnneeded, ...plugins],
    // The SDK's ES modules: half the size of its CommonJS builds once unused parts are dropped.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    chunkNames: 'chunks/[hash]',
    // @oclif/core asks for these at run time in development only; bundled they would bring the TypeScript compiler along.
    external: ['typescript', 'ts-node', 'tsx'],
    define: {'process.env.NODE_ENV': '"production"', MSGOPS_FAILPOINTS: String(failpoints)},
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  })
}
