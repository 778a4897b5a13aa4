/** Ids that a warning names. */
const NAMED = 3

/** The ids of `--id` that have not come yet. */
export class IdsSought {
  private readonly missing: Set<string>
  private readonly asked: number

  /** `isKnown`: whether an earlier session of the job has seen to the message. */
  constructor(ids: readonly string[], isKnown: (messageId: string) => boolean) {
    this.asked = ids.length
    this.missing = new Set(ids.filter(id => !isKnown(id)))
  }

  came(messages: readonly {readonly MessageId: string}[]): void {
    if (this.missing.size > 0) for (const {MessageId} of messages) this.missing.delete(MessageId)
  }

  /** What is to be said at the end, if any did not come. */
  warning(queue: string): string | undefined {
    const {size} = this.missing
    if (size === 0) return undefined
    const names = [...this.missing].slice(0, NAMED).join(', ') + (size > NAMED ? ', ...' : '')
    return `${size} of ${this.asked} ${this.asked === 1 ? 'id that was' : 'ids that were'} asked for did not come (${names}): not in ${queue}, in flight elsewhere, or sent after the start.`
  }
}
