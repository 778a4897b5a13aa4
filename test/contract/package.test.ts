import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'

interface Lock {
  packages: Record<string, {version?: string; resolved?: string; hasInstallScript?: boolean; dev?: boolean}>
}
interface Package {
  dependencies?: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts?: Record<string, boolean>
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const pkg = read('package.json') as Package
const lock = read('package-lock.json') as Lock

describe('the package', () => {
  it('pins every dependency exactly', () => {
    const loose = Object.entries({...pkg.dependencies, ...pkg.devDependencies}).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('gives a user nothing with an install script', () => {
    const scripted = Object.entries(lock.packages).filter(([, p]) => p.hasInstallScript && !p.dev)
    expect(scripted.map(([path]) => path).filter(path => path !== '')).toEqual([])
  })

  it('runs no install script of a development dependency either', () => {
    const scripted = Object.entries(lock.packages)
      .filter(([path, p]) => p.hasInstallScript && path !== '')
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    const allowed = scripted.filter(name => pkg.allowScripts?.[name] !== false)
    expect(allowed).toEqual([])
  })

  it('names no registry in the lock file', () => {
    expect(Object.values(lock.packages).filter(p => p.resolved !== undefined)).toEqual([])
  })
})
