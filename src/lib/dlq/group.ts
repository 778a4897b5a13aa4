import type {MessageView} from '../messages/message-view.js'
import type {FailureOrigin} from './failure.js'
import {signatureOf} from './signature.js'

/** Dead letters of one kind. Times are ISO 8601. */
export interface DlqGroup {
  /** The same for the same kind of failure in every run. */
  readonly id: string
  readonly signature: string
  readonly origin: FailureOrigin
  readonly errorType: string | null
  readonly errorMessage: string | null
  readonly count: number
  readonly firstSentAt: string | null
  readonly lastSentAt: string | null
  /** When the first of them expires; on a FIFO queue at the earliest. */
  readonly firstExpiresAt: string | null
  /** The message of the group that was sent first. */
  readonly example: MessageView
}

/** How many of the messages SQS moved here from which queue; null where it was not SQS that moved them. */
export interface SourceCount {
  readonly sourceArn: string | null
  readonly count: number
}

interface Growing {
  readonly id: string
  readonly signature: string
  readonly origin: FailureOrigin
  readonly errorType: string | undefined
  readonly errorMessage: string | undefined
  count: number
  lastSentAt: string | undefined
  example: MessageView
}

/** Sorts messages into groups as they come; keeps one message of each group, so that a deep queue needs no more memory. */
export class Grouping {
  private readonly growing = new Map<string, Growing>()
  private readonly bySource = new Map<string | null, number>()
  private oldestView: MessageView | undefined

  add(message: MessageView): void {
    const source = message.source ?? null
    this.bySource.set(source, (this.bySource.get(source) ?? 0) + 1)
    if (this.oldestView === undefined || isEarlier(message, this.oldestView)) this.oldestView = message
    const {id, text, origin, errorType, errorMessage} = signatureOf(message)
    const group = this.growing.get(id)
    if (group === undefined) {
      const lastSentAt = message.sentAt
      this.growing.set(id, {
        id,
        signature: text,
        origin,
        errorType,
        errorMessage,
        count: 1,
        lastSentAt,
        example: message,
      })
      return
    }
    group.count++
    if (isEarlier(message, group.example)) group.example = message
    if (message.sentAt !== undefined && message.sentAt > (group.lastSentAt ?? '')) group.lastSentAt = message.sentAt
  }

  /** Largest first; groups of one size by signature. */
  groups(): DlqGroup[] {
    return [...this.growing.values()]
      .sort((a, b) => b.count - a.count || (a.signature < b.signature ? -1 : 1))
      .map(({id, signature, origin, errorType, errorMessage, count, lastSentAt, example}) => ({
        id,
        signature,
        origin,
        errorType: errorType ?? null,
        errorMessage: errorMessage ?? null,
        count,
        firstSentAt: example.sentAt ?? null,
        lastSentAt: lastSentAt ?? null,
        firstExpiresAt: example.expiresAt ?? null,
        example,
      }))
  }

  sources(): SourceCount[] {
    return [...this.bySource]
      .map(([sourceArn, count]) => ({sourceArn, count}))
      .sort((a, b) => b.count - a.count || ((a.sourceArn ?? '') < (b.sourceArn ?? '') ? -1 : 1))
  }

  /** The message that was sent first, of all that were added. */
  oldest(): MessageView | undefined {
    return this.oldestView
  }
}

// ISO times of one form compare as text; the id settles a tie, so that a run in another order shows the same example.
function isEarlier(a: MessageView, b: MessageView): boolean {
  const [sentA, sentB] = [a.sentAt ?? '9', b.sentAt ?? '9']
  return sentA < sentB || (sentA === sentB && a.messageId < b.messageId)
}
