import {Plugin} from '@oclif/core'
import type {Plugin as Step} from 'esbuild'
import {cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {bundleInto} from '../../scripts/bundle.js'
import type {Mutant} from './mutants/mutants.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface ChaosBuild {
  /** The script to run with node. */
  readonly bin: string
  remove(): Promise<void>
}

/** msgops as it is published, in a temporary folder, but with its failpoints; broken in the way of a mutant, if there is one. */
export async function buildForChaos(mutant?: Mutant): Promise<ChaosBuild> {
  const root = await mkdtemp(path.join(tmpdir(), 'msgops-failpoints-'))
  await bundleInto(path.join(root, 'dist'), {
    failpoints: true,
    plugins: mutant === undefined ? [] : [changeBy(mutant)],
  })
  await mkdir(path.join(root, 'bin'))
  await cp(path.join(repository, 'bin/run.js'), path.join(root, 'bin/run.js'))
  const {name, version, type, oclif} = JSON.parse(
    await readFile(path.join(repository, 'package.json'), 'utf8'),
  ) as Record<string, unknown>
  await writeFile(path.join(root, 'package.json'), JSON.stringify({name, version, type, oclif}))
  const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await writeFile(path.join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
  return {bin: path.join(root, 'bin/run.js'), remove: () => rm(root, {recursive: true, force: true})}
}

function changeBy({name, file, text, instead}: Mutant): Step {
  return {
    name,
    setup(context) {
      context.onLoad(
        {filter: new RegExp(`/src/lib/redrive/${file.replaceAll('.', '\\.')}$`)},
        async ({path: source}) => ({
          contents: (await readFile(source, 'utf8')).replace(text, () => instead),
          loader: 'ts',
        }),
      )
    },
  }
}
