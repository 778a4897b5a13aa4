/** Attempts for an entry that failed for a reason on the side of SQS. */
const PASSING_ATTEMPTS = 4
/** Sends of one message that may each have been taken: every one of them can be a copy more. */
const UNKNOWN_ATTEMPTS = 2

/** How often each message of a batch failed, by the kind of failure; a throttled send counts for nothing. */
export class Tries {
  // Nearly every batch fails nowhere, and this is where all of them pass.
  private counts: Map<string, number> | undefined

  /** Counts a send without a known outcome; whether there may be another. */
  mayRepeatUnknown(messageId: string): boolean {
    return this.count(`unknown ${messageId}`) < UNKNOWN_ATTEMPTS
  }

  /** Counts a refusal for a reason that passes; whether there may be another send. */
  mayRepeatPassing(messageId: string): boolean {
    return this.count(`passing ${messageId}`) < PASSING_ATTEMPTS
  }

  private count(key: string): number {
    this.counts ??= new Map()
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    return count
  }
}
