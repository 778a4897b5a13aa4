/** Entries of each kind that a journal holds: a message that was tried twice counts twice under `intents`. */
export interface Counts {
  readonly intents: number
  readonly sent: number
  readonly rejected: number
  readonly unknown: number
  readonly unverified: number
  readonly deleted: number
  readonly discarded: number
}

export const NO_COUNTS: Counts = {intents: 0, sent: 0, rejected: 0, unknown: 0, unverified: 0, deleted: 0, discarded: 0}

/** Adds up two counts. */
export function addCounts(left: Counts, right: Partial<Counts>): Counts {
  return {
    intents: left.intents + (right.intents ?? 0),
    sent: left.sent + (right.sent ?? 0),
    rejected: left.rejected + (right.rejected ?? 0),
    unknown: left.unknown + (right.unknown ?? 0),
    unverified: left.unverified + (right.unverified ?? 0),
    deleted: left.deleted + (right.deleted ?? 0),
    discarded: left.discarded + (right.discarded ?? 0),
  }
}

/** As every line carries them: the running totals up to and with that line, so that a list reads no more than the last one. */
export function countsToArray(counts: Counts): number[] {
  const {intents, sent, rejected, unknown, unverified, deleted, discarded} = counts
  return [intents, sent, rejected, unknown, unverified, deleted, discarded]
}

/** The reverse of `countsToArray`; undefined for anything else. */
export function countsFromArray(value: unknown): Counts | undefined {
  if (!Array.isArray(value) || value.length !== 7) return undefined
  const numbers = value.filter((item): item is number => Number.isSafeInteger(item) && item >= 0)
  const [intents, sent, rejected, unknown, unverified, deleted, discarded] = numbers
  if (intents === undefined || sent === undefined || rejected === undefined) return undefined
  if (unknown === undefined || unverified === undefined || deleted === undefined || discarded === undefined)
    return undefined
  return {intents, sent, rejected, unknown, unverified, deleted, discarded}
}
