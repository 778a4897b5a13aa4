import {SEND_RESERVE_MS, VISIBILITY_SECONDS} from './options.js'
import type {Outgoing} from './outgoing.js'
import type {Run} from './run.js'

/** The visibility that is left of one receive; renewed before a send that it might not outlast. */
export class Visibility {
  private readonly expiresMs: Map<Outgoing, number>
  private readonly lostGroups = new Set<string>()

  constructor(
    private readonly run: Run,
    messages: readonly Outgoing[],
    expiresMs: number,
  ) {
    this.expiresMs = new Map(messages.map(message => [message, expiresMs]))
  }

  /** Whether the message is, or an earlier one of its group was, another consumer's again; it is seen anew when it comes back. */
  isLost(message: Outgoing): boolean {
    if (!this.expiresMs.has(message)) return true
    if (!this.run.options.fifo || message.groupId === undefined || !this.lostGroups.has(message.groupId)) return false
    this.lose(message)
    return true
  }

  /** Those that are ours for long enough to be sent now. */
  async keep(messages: readonly Outgoing[]): Promise<Outgoing[]> {
    const {run} = this
    const nowMs = run.options.clock.now()
    const short = messages.filter(message => (this.expiresMs.get(message) ?? 0) - nowMs < SEND_RESERVE_MS)
    if (short.length > 0) await this.renew(short, nowMs)
    return messages.filter(message => this.expiresMs.has(message))
  }

  private async renew(messages: readonly Outgoing[], nowMs: number): Promise<void> {
    const {run} = this
    const handles = messages.map(({messageId}) => ({messageId, receiptHandle: run.ledger.handle(messageId) ?? ''}))
    let renewed: boolean[]
    try {
      run.requests++
      renewed = (await run.options.source.setVisibility(handles, VISIBILITY_SECONDS)).map(result => result.ok)
    } catch {
      renewed = []
    }
    messages.forEach((message, index) => {
      if (renewed[index] === true) this.expiresMs.set(message, nowMs + VISIBILITY_SECONDS * 1000)
      else this.lose(message)
    })
  }

  private lose(message: Outgoing): void {
    this.expiresMs.delete(message)
    if (message.groupId !== undefined) this.lostGroups.add(message.groupId)
    this.run.lose(message.messageId)
  }
}
