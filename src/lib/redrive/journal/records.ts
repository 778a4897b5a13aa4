import type {MessageState} from '../client/journal.js'
import {countsFromArray, countsToArray} from './counts.js'
import type {Counts} from './counts.js'

/** How a run ended by itself; a run that was killed has no end. */
export type EndState = 'completed' | 'cancelled' | 'interrupted' | 'stopped' | 'failed'

/** What a run came to, in messages, as its summary says. */
export interface RunTotals {
  readonly selected: number
  readonly moved: number
  readonly skipped: number
  readonly failed: number
  readonly left: number
  readonly possibleDuplicates: number
  /** Deleted without a copy. */
  readonly discarded: number
}

export interface IntentRecord {
  readonly type: 'intent'
  /** Epoch ms of this machine's clock when the send was about to start. */
  readonly atMs: number
  readonly messageIds: readonly string[]
  /** `contentDigest` of each message, where the engine gave them. */
  readonly digests: readonly string[] | undefined
}

export interface OutcomesRecord {
  readonly type: Exclude<MessageState, 'intent' | 'deleted' | 'discarded'>
  readonly messageIds: readonly string[]
  /** MessageId of each copy; undefined where the destination named none. */
  readonly newMessageIds: readonly (string | undefined)[]
}

export interface DeletedRecord {
  readonly type: 'deleted'
  readonly messageIds: readonly string[]
}

/** They are about to be deleted without a copy. */
export interface DiscardedRecord {
  readonly type: 'discarded'
  readonly messageIds: readonly string[]
}

export interface ResumedRecord {
  readonly type: 'resumed'
  readonly atMs: number
  /** Of msgops. */
  readonly version: string
}

export interface EndedRecord {
  readonly type: 'ended'
  readonly atMs: number
  readonly state: EndState
  readonly totals: RunTotals
}

export type MessageRecord = IntentRecord | OutcomesRecord | DeletedRecord | DiscardedRecord
export type JournalRecord = MessageRecord | ResumedRecord | EndedRecord

const LETTERS = {
  intent: 'I',
  sent: 'S',
  rejected: 'X',
  unknown: 'U',
  unverified: 'V',
  deleted: 'D',
  discarded: 'Z',
  resumed: 'R',
  ended: 'E',
} as const

const TYPES = new Map<unknown, JournalRecord['type']>(
  (Object.keys(LETTERS) as JournalRecord['type'][]).map(type => [LETTERS[type], type]),
)
const END_STATES: readonly unknown[] = [
  'completed',
  'cancelled',
  'interrupted',
  'stopped',
  'failed',
] satisfies EndState[]
const TOTALS = [
  'selected',
  'moved',
  'skipped',
  'failed',
  'left',
  'possibleDuplicates',
  'discarded',
] satisfies (keyof RunTotals)[]

/** A record as JSON. Fields are named one by one, so that nothing else an object may carry (handles, bodies) reaches the disk. */
export function encodeRecord(record: JournalRecord): string {
  return JSON.stringify(fieldsOf(record))
}

function fieldsOf(record: JournalRecord): Record<string, unknown> {
  const t = LETTERS[record.type]
  switch (record.type) {
    case 'intent':
      return {t, at: record.atMs, m: record.messageIds, h: record.digests}
    case 'sent':
    case 'unverified':
      return {t, m: record.messageIds, n: record.newMessageIds.map(id => id ?? null)}
    case 'rejected':
    case 'unknown':
    case 'deleted':
    case 'discarded':
      return {t, m: record.messageIds}
    case 'resumed':
      return {t, at: record.atMs, version: record.version}
    case 'ended':
      return {t, at: record.atMs, state: record.state, totals: pickTotals(record.totals)}
  }
}

/** What one line behind the header holds: the records that became durable together, and the counts up to here. */
export interface LineContent {
  readonly counts: Counts
  readonly records: readonly JournalRecord[]
}

/** The JSON of a line of records, each given as `encodeRecord` made it. */
export function encodeContent(counts: Counts, records: readonly string[]): string {
  return `{"c":${JSON.stringify(countsToArray(counts))},"r":[${records.join(',')}]}`
}

/** Reads the JSON of a line of records; undefined when it has a shape that this version does not write. */
export function parseContent(json: string): LineContent | undefined {
  const value = parseObject(json)
  const counts = countsFromArray(value?.c)
  if (counts === undefined || !Array.isArray(value?.r)) return undefined
  const records = value.r.map(parseRecord)
  return records.every(record => record !== undefined) ? {counts, records} : undefined
}

/** Parses a JSON object; undefined for any other JSON and for what is no JSON. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether the value is an object and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseRecord(value: unknown): JournalRecord | undefined {
  if (!isObject(value)) return undefined
  const type = TYPES.get(value.t)
  if (type === 'resumed' || type === 'ended') return parseMark(type, value)
  const messageIds = value.m
  if (type === undefined || !isStrings(messageIds)) return undefined
  if (type === 'intent') return parseIntent(value, messageIds)
  if (type === 'deleted' || type === 'discarded') return {type, messageIds}
  if (type === 'rejected' || type === 'unknown') return {type, messageIds, newMessageIds: []}
  const newMessageIds = copiesOf(value.n)
  if (newMessageIds?.length !== messageIds.length) return undefined
  if (type === 'sent' && newMessageIds.includes(undefined)) return undefined
  return {type, messageIds, newMessageIds}
}

function parseIntent(value: Record<string, unknown>, messageIds: string[]): IntentRecord | undefined {
  const {at: atMs, h: digests} = value
  if (typeof atMs !== 'number') return undefined
  if (digests === undefined) return {type: 'intent', atMs, messageIds, digests}
  return isStrings(digests) && digests.length === messageIds.length
    ? {type: 'intent', atMs, messageIds, digests}
    : undefined
}

function parseMark(type: 'resumed' | 'ended', value: Record<string, unknown>): JournalRecord | undefined {
  const {at: atMs, version, state, totals} = value
  if (typeof atMs !== 'number') return undefined
  if (type === 'resumed') return typeof version === 'string' ? {type, atMs, version} : undefined
  return isEndState(state) && isTotals(totals) ? {type, atMs, state, totals: pickTotals(totals)} : undefined
}

function copiesOf(value: unknown): (string | undefined)[] | undefined {
  if (!Array.isArray(value)) return undefined
  const copies = value.map((id: unknown) => (id === null ? undefined : id))
  return copies.every(id => id === undefined || typeof id === 'string') ? copies : undefined
}

function pickTotals({selected, moved, skipped, failed, left, possibleDuplicates, discarded}: RunTotals): RunTotals {
  return {selected, moved, skipped, failed, left, possibleDuplicates, discarded}
}

function isTotals(value: unknown): value is RunTotals {
  return isObject(value) && TOTALS.every(name => Number.isSafeInteger(value[name]))
}

function isEndState(value: unknown): value is EndState {
  return END_STATES.includes(value)
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
