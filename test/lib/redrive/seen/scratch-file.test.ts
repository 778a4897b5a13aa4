import {mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {ScratchFile} from '../../../../src/lib/redrive/seen/scratch-file.js'

describe('ScratchFile', () => {
  let folder: string
  let file: string
  let scratch: ScratchFile

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'msgops-scratch-'))
    file = path.join(folder, 'job.wal.seen')
    scratch = new ScratchFile(file)
  })

  afterEach(() => {
    scratch.close()
    rmSync(folder, {recursive: true})
  })

  test('gives back what was put into it, and leaves no name in the folder', () => {
    expect(readdirSync(folder)).toEqual([])
    expect(scratch.append(Buffer.from('first, '))).toBe(true)
    expect(scratch.append(Buffer.from('second'))).toBe(true)
    if (process.platform !== 'win32') expect(readdirSync(folder)).toEqual([])
    expect(scratch.append(Buffer.from(', third'))).toBe(true)
    const bytes = Buffer.alloc(15)
    scratch.read(bytes, 5)
    expect(bytes.toString()).toBe(', second, third')
    scratch.close()
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ['a file', () => writeFileSync(file, 'mine')],
    ['a link', () => symlinkSync(path.join(folder, 'elsewhere'), file)],
  ])('takes nothing where %s is in its place', (_, occupy) => {
    occupy()
    const before = readdirSync(folder)
    expect(scratch.append(Buffer.from('x'))).toBe(false)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('takes nothing where there is no folder', () => {
    expect(new ScratchFile(path.join(folder, 'gone', 'job.wal.seen')).append(Buffer.from('x'))).toBe(false)
  })

  test('says so when it ends before what is asked for', () => {
    scratch.append(Buffer.from('short'))
    expect(() => scratch.read(Buffer.alloc(6), 0)).toThrow(
      expect.objectContaining({
        code: 'ScratchReadFailed',
        message: expect.stringContaining('Nothing more is sent') as string,
      }),
    )
  })

  test('says so when nothing was written', () => {
    expect(() => scratch.read(Buffer.alloc(1), 0)).toThrow(expect.objectContaining({code: 'ScratchReadFailed'}))
  })
})
