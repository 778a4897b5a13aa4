import {describe, expect, it} from 'vitest'
import {fileOfJob, isJobId, jobFile, jobOfFile, newJobId} from '../../../../src/lib/redrive/journal/job-id.js'
import {START_MS} from './samples.js'

describe('a job id', () => {
  it('is the minute of the start in UTC and four letters', () => {
    expect(newJobId(START_MS, Uint8Array.of(19, 3, 15, 9))).toBe('rd-20261121-0412-k3f9')
  })

  it('takes every letter that random bytes can make for its own', () => {
    for (let byte = 0; byte < 256; byte++) expect(newJobId(START_MS, new Uint8Array(4).fill(byte))).toSatisfy(isJobId)
  })

  it('differs for runs of the same minute', () => {
    expect(new Set(Array.from({length: 20}, () => newJobId(START_MS))).size).toBeGreaterThan(15)
  })

  it('names its file and is named by it', () => {
    expect(fileOfJob('rd-20261121-0412-k3f9')).toBe('rd-20261121-0412-k3f9.wal')
    expect(jobOfFile('rd-20261121-0412-k3f9.wal')).toBe('rd-20261121-0412-k3f9')
    expect(jobFile('rd-20261121-0412-k3f9', '/state/runs')).toBe('/state/runs/rd-20261121-0412-k3f9.wal')
  })

  it.each([
    '../rd-20261121-0412-k3f9',
    'rd-20261121-0412-k3f9/..',
    'rd-20261121-0412-K3F9',
    'rd-20261121-0412-oil0',
    '',
    'rd',
  ])('is not %j, which never becomes part of a path', text => {
    expect(isJobId(text)).toBe(false)
    expect(() => jobFile(text, '/state/runs')).toThrow(expect.objectContaining({code: 'JobDoesNotExist', exitCode: 5}))
  })

  it.each(['rd-20261121-0412-k3f9', 'rd-20261121-0412-k3f9.wal.bak', 'notes.wal', '.wal'])(
    'is not told by the file %j',
    file => {
      expect(jobOfFile(file)).toBeUndefined()
    },
  )
})
