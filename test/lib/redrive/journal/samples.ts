import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {onTestFinished} from 'vitest'
import type {NewRun} from '../../../../src/lib/redrive/journal/open-journal.js'
import {Recovery} from '../../../../src/lib/redrive/journal/recovery.js'
import type {Recovered} from '../../../../src/lib/redrive/journal/recovery.js'
import type {RunTotals} from '../../../../src/lib/redrive/journal/records.js'
import type {StateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'
import {stateDirectoryAt} from '../../../../src/lib/redrive/journal/state-directory.js'

export const SOURCE = 'arn:aws:sqs:eu-west-1:123456789012:orders-dlq'
export const DESTINATION = 'arn:aws:sqs:eu-west-1:123456789012:orders'

export const RUN: NewRun = {
  kind: 'redrive',
  account: '123456789012',
  region: 'eu-west-1',
  source: SOURCE,
  routes: [{to: DESTINATION}],
  selectionHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  mode: 'move',
  fifo: false,
  deduplication: 'rd-sha256-source-message-id',
  profile: 'ops',
  snapshot: [{arn: SOURCE, fifo: false, maximumMessageSize: 262144}],
}

export const TOTALS: RunTotals = {
  selected: 3,
  moved: 2,
  skipped: 0,
  failed: 1,
  left: 0,
  possibleDuplicates: 0,
  discarded: 0,
}

/** 12 minutes past four on 21 November 2026, UTC. */
export const START_MS = Date.UTC(2026, 10, 21, 4, 12, 33)

/** A MessageId that is a UUID and ends in the number. */
export function messageId(number: number): string {
  return `5fea7756-0ea4-451a-a703-${number.toString(16).padStart(12, '0')}`
}

type AtEnd = (cleanUp: () => Promise<void>) => void

/** A folder that is gone after the test, or when `atEnd` says. */
export async function temporaryDirectory(atEnd: AtEnd = onTestFinished): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'msgops-journal-'))
  atEnd(() => rm(directory, {recursive: true, force: true}))
  return directory
}

/** A state directory that does not exist yet, inside one that is gone after the test, or when `atEnd` says. */
export async function temporaryState(atEnd?: AtEnd): Promise<StateDirectory> {
  return stateDirectoryAt(path.join(await temporaryDirectory(atEnd), 'state', 'msgops'))
}

/** Replays bytes as if they were a file named `test.wal`, in chunks of the given size. */
export function recoverBytes(bytes: Buffer, chunkBytes = 4096): Recovered {
  const recovery = new Recovery('test.wal')
  for (let start = 0; start < bytes.length; start += chunkBytes)
    recovery.push(bytes.subarray(start, start + chunkBytes))
  return recovery.finish()
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
