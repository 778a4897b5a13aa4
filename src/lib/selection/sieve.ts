import type {MessageView} from '../messages/message-view.js'
import type {Selection, SelectionFlags} from './selection.js'

/** What a selection came to, of the messages that were looked at. */
export interface Sifted {
  /** Which messages were asked for, in words; null where every message was. */
  readonly selection: string | null
  /** Messages that match; where nothing is asked, all of them. */
  readonly matched: number
  /** Messages of which it could not be told whether they match: they are not among those that do. */
  readonly undecided: number
  /** The first of those, and why. */
  readonly firstUndecided: {readonly messageId: string; readonly reason: string} | null
}

/** Shows a command the messages that are asked for, and counts the others. */
export class Sieve {
  private matched = 0
  private undecided = 0
  private firstUndecided: Sifted['firstUndecided'] = null

  constructor(private readonly selection: Selection | undefined) {}

  /** Whether a message can be held back; false: every message is asked for. */
  get selects(): boolean {
    return this.selection !== undefined
  }

  get count(): number {
    return this.matched
  }

  /** Whether the message is asked for; to be asked once of each message. */
  lets(view: MessageView): boolean {
    const verdict = this.selection?.matches(view) ?? 'match'
    if (verdict === 'match') this.matched++
    else if (verdict !== 'no-match') {
      this.undecided++
      this.firstUndecided ??= {messageId: view.messageId, reason: verdict.error}
    }
    return verdict === 'match'
  }

  sifted(): Sifted {
    const {matched, undecided, firstUndecided} = this
    return {selection: this.selection?.text ?? null, matched, undecided, firstUndecided}
  }
}

/** What is to be said of messages that could not be judged. */
export function undecidedWarnings({undecided, firstUndecided}: Sifted): string[] {
  if (firstUndecided === null) return []
  const {messageId, reason} = firstUndecided
  return [
    undecided === 1
      ? `Whether ${messageId} matches could not be told, and it is not shown: ${reason}`
      : `Whether ${undecided} messages match could not be told, and they are not shown; the first is ${messageId}: ${reason}`,
  ]
}

/**
 * Compiles the selection flags of a command that shows messages; throws OpsError SelectionInvalid (exit 2) before anything is received.
 * The compilers are loaded only where there is something to compile.
 */
export async function sieveOf(flags: SelectionFlags | undefined): Promise<Sieve> {
  if (flags === undefined) return new Sieve(undefined)
  const {compileSelection} = await import('./selection.js')
  const selection = await compileSelection(flags, {now: new Date()})
  return new Sieve(selection.everything ? undefined : selection)
}
