import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {describe, expect, it} from 'vitest'
import type {Neighbourhood, Owner} from '../../../src/lib/topics/tail/owner.js'
import {livenessOf, ownerTag, parseOwner, thisProcess} from '../../../src/lib/topics/tail/owner.js'

const HERE = '0123456789abcdef'
const OTHER = 'fedcba9876543210'
const owner = (parts: Partial<Owner>): Owner => ({host: 'h', pid: 7, place: HERE, started: '100', ...parts})

describe('the owner of a temporary queue', () => {
  it.each([
    [owner({}), `h/7/${HERE}/100`],
    [owner({started: undefined}), `h/7/${HERE}`],
    // Without a place the start says nothing.
    [owner({place: undefined}), 'h/7'],
  ])('%j is tagged %s', (one, tag) => {
    expect(ownerTag(one)).toBe(tag)
    expect(parseOwner(tag)).toEqual({...one, started: one.place === undefined ? undefined : one.started})
  })

  it.each(['', 'h', 'h/', 'h/x', '/7', 'h/7/short', `h/7/${HERE}/`, `h/7/${HERE}/1/2`, 'h h/7'])(
    '%j is no tag of ours',
    tag => expect(parseOwner(tag)).toBeUndefined(),
  )

  it('fits into a tag, whose values take 256 letters, digits, spaces and _.:/=+-@', () => {
    const tag = ownerTag(thisProcess())
    expect(tag).toMatch(/^[\w .:/=+@-]{1,256}$/)
    expect(parseOwner(tag)).toEqual(thisProcess())
  })

  const around = (exists: boolean, state?: {ended: boolean; started?: string}): Neighbourhood => ({
    self: () => ({place: HERE}),
    exists: () => exists,
    state: () => state,
  })
  const runs = {ended: false, started: '100'}
  it.each([
    ['runs', owner({}), around(true, runs), 'alive'],
    ['is not there', owner({}), around(false), 'gone'],
    ['has left its id to a later one', owner({}), around(true, {ended: false, started: '200'}), 'gone'],
    ['has ended and was not waited for', owner({}), around(true, {ended: true, started: '100'}), 'gone'],
    ['cannot be told from a later one', owner({}), around(true), 'unknown'],
    ['said nothing of its start', owner({started: undefined}), around(true, runs), 'unknown'],
    ['is not there, and said nothing of its start', owner({started: undefined}), around(false), 'gone'],
    ['ran on another machine of the same name', owner({place: OTHER}), around(false), 'unknown'],
    ['ran elsewhere, with an id that is taken here', owner({place: OTHER}), around(true, runs), 'unknown'],
    ['said nothing of its place', owner({place: undefined, started: undefined}), around(false), 'unknown'],
  ] as const)('whose process %s: %#', (_, one, processes, liveness) => {
    expect(livenessOf(one, processes)).toBe(liveness)
  })

  it('two processes of unknown places have not the same place', () => {
    const nowhere = {...around(false), self: () => ({place: undefined})}
    expect(livenessOf(owner({place: undefined}), nowhere)).toBe('unknown')
  })

  it.skipIf(process.platform !== 'linux')('is alive as long as its process runs, and gone after it', async () => {
    expect(livenessOf(thisProcess())).toBe('alive')
    const child = spawn(process.execPath, ['-e', ''])
    const {pid = 0} = child
    await once(child, 'close')
    expect(livenessOf({...thisProcess(), pid})).toBe('gone')
    expect(livenessOf({...thisProcess(), started: '1'})).toBe('gone')
  })
})
