/** How many messages may still be taken: by `--max`, and by the canary while it is under way. */
export class Budget {
  private readonly deferred = new Set<string>()
  private readonly deferredGroups = new Set<string>()
  /** What is left of the canary. */
  private stage = Number.POSITIVE_INFINITY

  constructor(private left = Number.POSITIVE_INFINITY) {}

  /** Limits what may be taken to the canary; undefined lifts the limit. */
  limitTo(canary: number | undefined): void {
    this.stage = canary ?? Number.POSITIVE_INFINITY
  }

  get inCanary(): boolean {
    return this.stage !== Number.POSITIVE_INFINITY
  }

  get isOpen(): boolean {
    return Math.min(this.left, this.stage) > 0
  }

  /** Takes up to `wanted` of what is left. */
  reserve(wanted: number): number {
    const taken = Math.min(wanted, this.left, this.stage)
    this.left -= taken
    this.stage -= taken
    return taken
  }

  refund(count: number): void {
    this.left += count
    this.stage += count
  }

  /**
   * A selected message that there is no room for: it is held, with what is behind it in its FIFO group, and forgotten when the canary
   * is over.
   */
  defer(messageId: string, groupId: string | undefined): void {
    this.deferred.add(messageId)
    if (groupId !== undefined) this.deferredGroups.add(groupId)
  }

  /** Whether an earlier message of the group was deferred. */
  isGroupDeferred(groupId: string | undefined): boolean {
    return groupId !== undefined && this.deferredGroups.has(groupId)
  }

  /** The messages deferred so far, which are no longer. */
  takeDeferred(): string[] {
    const messageIds = [...this.deferred]
    this.deferred.clear()
    this.deferredGroups.clear()
    return messageIds
  }
}
