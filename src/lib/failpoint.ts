/** Defined by the bundler: true in the bundle that the chaos tests build, false in the one that is published. */
declare const MSGOPS_FAILPOINTS: boolean

/**
 * Places at which a test build can be killed, in the order in which a redrive passes them (redrive.md, section 2). A `…Written` of a
 * request means that all of it has gone out and none of the answer has been read; of a record, that it is in the file and not synced.
 */
export const FAILPOINTS = [
  'lockTaken',
  'journalCreated',
  'headerSynced',
  'receiveWritten',
  'afterReceive',
  'beforeIntent',
  'intentWritten',
  'afterIntentSync',
  'beforeSend',
  'sendWritten',
  'afterSendReply',
  'beforeOutcome',
  'outcomeWritten',
  'afterOutcomeSync',
  'beforeDelete',
  'deleteWritten',
  'afterDeleteReply',
  'beforeDeletedRecord',
  'afterDeletedRecord',
  'beforeRelease',
  'releaseWritten',
  'afterRelease',
  'beforeEnd',
  'afterEnd',
  'beforeJournalClose',
  'beforeTrim',
  'afterTrim',
  'lockReleased',
  'resumeLocked',
  'resumeReplayed',
  'tornCut',
  'resumedRecord',
] as const

export type FailpointName = (typeof FAILPOINTS)[number]

/** What is to be small in a test build, so that a test with few messages goes the way of many. */
export function inTestBuild(small: number, otherwise: number): number {
  return typeof MSGOPS_FAILPOINTS === 'undefined' || !MSGOPS_FAILPOINTS ? otherwise : small
}

let passages = 0

/**
 * In a test build, kills the process with SIGKILL at the n-th passage of the place that `FAIL_AT=<name>:<n>` names, passages counted
 * where `when` holds; does nothing, and is compiled away, in every other.
 */
export function failpoint(name: FailpointName, when?: () => boolean): void {
  if (typeof MSGOPS_FAILPOINTS === 'undefined' || !MSGOPS_FAILPOINTS) return
  const [wanted, nth = '1'] = (process.env.FAIL_AT ?? '').split(':')
  if (wanted === name && (when?.() ?? true) && ++passages === Number(nth)) process.kill(process.pid, 'SIGKILL')
}

const WRITTEN: Readonly<Record<string, FailpointName>> = {
  'AmazonSQS.ReceiveMessage': 'receiveWritten',
  'AmazonSQS.SendMessageBatch': 'sendWritten',
  'AmazonSQS.DeleteMessageBatch': 'deleteWritten',
  'AmazonSQS.ChangeMessageVisibilityBatch': 'releaseWritten',
}

/** As `failpoint`, for the moment a request has been written whole; `headers` names its operation. Undefined where nothing is to happen. */
export function failpointOnceWritten(headers: readonly string[]): (() => void) | undefined {
  if (typeof MSGOPS_FAILPOINTS === 'undefined' || !MSGOPS_FAILPOINTS) return undefined
  const name = headers.map(header => WRITTEN[header]).find(found => found !== undefined)
  return name && (() => failpoint(name))
}
