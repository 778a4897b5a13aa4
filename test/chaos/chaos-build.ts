import {Plugin} from '@oclif/core'
import {cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {bundleInto} from '../../scripts/bundle.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface ChaosBuild {
  /** The script to run with node. */
  readonly bin: string
  remove(): Promise<void>
}

/** msgops as it is published, in a temporary folder, but with its failpoints. */
export async function buildForChaos(): Promise<ChaosBuild> {
  const root = await mkdtemp(path.join(tmpdir(), 'msgops-failpoints-'))
  await bundleInto(path.join(root, 'dist'), {failpoints: true})
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
