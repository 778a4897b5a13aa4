/** Attempts for an entry that failed for a reason on the side of SQS. */
const PASSING_ATTEMPTS = 4
/** Sends of one message that may each have been taken: every one of them can be a copy more. */
const UNKNOWN_ATTEMPTS = 2

/** How often each message of a batch failed, by the kind of failure; a throttled send counts for nothing. */
export class Tries {
  private readonly unknown = new Map<string, number>()
  private readonly passing = new Map<string, number>()

  /** Counts a send without a known outcome; whether there may be another. */
  mayRepeatUnknown(messageId: string): boolean {
    return counted(this.unknown, messageId) < UNKNOWN_ATTEMPTS
  }

  /** Counts a refusal for a reason that passes; whether there may be another send. */
  mayRepeatPassing(messageId: string): boolean {
    return counted(this.passing, messageId) < PASSING_ATTEMPTS
  }
}

function counted(counts: Map<string, number>, messageId: string): number {
  const count = (counts.get(messageId) ?? 0) + 1
  counts.set(messageId, count)
  return count
}
