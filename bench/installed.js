// What a benchmark compares with: installed once in a scratch folder for all runs, and never a dependency.
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'

/** The folder of the installed package, undefined where it cannot be had; says so then. */
export async function installed(name, version) {
  const prefix = path.join(tmpdir(), `msgops-bench-${name}`)
  const folder = path.join(prefix, 'node_modules', name)
  if (existsSync(folder)) return folder
  await mkdir(prefix, {recursive: true})
  const args = ['install', `${name}@${version}`, '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix]
  try {
    await promisify(execFile)('npm', args, {cwd: prefix})
    return folder
  } catch (error) {
    console.log(`${name} is LEFT OUT: it could not be installed (${String(error.message).split('\n')[0]})`)
  }
}
