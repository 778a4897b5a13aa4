import {describe, expect, it} from 'vitest'
import {findingsOf} from '../../../src/lib/doctor/findings.js'
import type {Job} from '../../../src/lib/jobs/job.js'

const commandLine = (words: readonly string[]): string => `msgops ${words.join(' ')} --region eu-west-1`
const job: Job = {
  job: 'rd-20261121-0412-aaaa',
  kind: 'client',
  state: 'damaged',
  account: null,
  region: null,
  profile: null,
  source: null,
  destination: null,
  destinations: [],
  selected: null,
  moved: null,
  discarded: null,
  failed: null,
  uncertain: null,
  startedAt: null,
  endedAt: null,
  path: '/state/runs/rd-20261121-0412-aaaa.wal',
  problem: null,
}

function findings(found: Partial<Parameters<typeof findingsOf>[0]>) {
  return findingsOf({jobs: [], foreign: [], leftovers: [], ...found}, commandLine)
}

describe('what a doctor says of a journal', () => {
  it.each([
    ['JournalDamaged', 'it has no header'],
    ['JournalSchemaUnknown', 'it is of a newer msgops'],
  ])('that does not read (%s): job verify has more to say of it', (code, message) => {
    expect(findings({jobs: [{...job, problem: {code, message}}]})).toEqual([
      {
        code: 'JournalDamaged',
        resource: 'rd-20261121-0412-aaaa',
        message: `Its journal does not read: ${message}`,
        next: 'msgops job verify /state/runs/rd-20261121-0412-aaaa.wal --region eu-west-1',
      },
    ])
  })

  it.each([
    ['EACCES', 'permission denied'],
    ['UnsafeFile', 'it is a symbolic link'],
  ])('that may not be read (%s): job verify may not either, so the file itself is to be looked at', (code, message) => {
    const [finding] = findings({jobs: [{...job, problem: {code, message}}]})
    expect(finding).toMatchObject({
      code: 'JournalUnreadable',
      resource: 'rd-20261121-0412-aaaa',
      next: 'ls -ld /state/runs/rd-20261121-0412-aaaa.wal',
    })
    expect(finding?.message).toMatch(new RegExp(`^Its journal may not be read: ${message}\\. See whose it is`))
  })

  it.each(['running', 'completed', 'cancelled', 'failed', 'unknown'] as const)('that is %s: nothing', state => {
    expect(findings({jobs: [{...job, state}]})).toEqual([])
  })
})

it('a file among the journals that is none is named as a shell reads it', () => {
  expect(findings({foreign: ["/state/runs/it's\nmine"]})).toMatchObject([
    {code: 'ForeignFile', resource: "/state/runs/it's\nmine", next: String.raw`ls -ld $'/state/runs/it\'s\012mine'`},
  ])
})
