import type {Backlog, Verdict} from './backlog.js'
import {Deque} from './deque.js'
import type {StoredMessage} from './message.js'

interface Group {
  readonly id: string
  /** Every message of the group in its order, receivable or not. */
  readonly messages: Deque<StoredMessage>
  /** Whether the group stands in the line of groups that have something to give. */
  inLine: boolean
}

/**
 * A FIFO queue: groups take turns, and of a group only the unbroken run of receivable messages at its head is given, in order. A head
 * in flight therefore blocks its whole group (recorded on AWS: LocalStack's validated tests of group visibility).
 */
export class FifoBacklog implements Backlog {
  readonly #groups = new Map<string, Group>()
  readonly #line = new Deque<Group>()

  enter(message: StoredMessage): void {
    this.#groupOf(message).messages.push(message)
  }

  offer(message: StoredMessage): void {
    this.#lineUp(this.#groupOf(message))
  }

  landed(message: StoredMessage): void {
    this.#lineUp(this.#groupOf(message))
  }

  left(message: StoredMessage): void {
    this.#lineUp(this.#groupOf(message))
  }

  take(limit: number, judge: (message: StoredMessage) => Verdict): StoredMessage[] {
    const taken: StoredMessage[] = []
    let stopped = false
    while (!stopped && taken.length < limit) {
      const group = this.#line.shift()
      if (group === undefined) break
      // Still marked as standing in line, so that what the judge removes does not shift the run under its feet.
      stopped = takeRun(group, limit, taken, judge)
      group.inLine = false
      this.#lineUp(group)
    }
    return taken
  }

  clear(): void {
    this.#groups.clear()
    this.#line.keep(() => false)
  }

  #lineUp(group: Group): void {
    if (group.inLine) return
    const first = head(group)
    if (first === undefined) this.#groups.delete(group.id)
    if (first?.place !== 'ready') return
    group.inLine = true
    this.#line.push(group)
  }

  #groupOf(message: StoredMessage): Group {
    const id = message.content.groupId ?? ''
    let group = this.#groups.get(id)
    if (group === undefined) {
      group = {id, messages: new Deque(), inLine: false}
      this.#groups.set(id, group)
    }
    return group
  }
}

/** Gives the receivable run at the head of the group; true when the judge stopped the whole receive. */
function takeRun(
  group: Group,
  limit: number,
  taken: StoredMessage[],
  judge: (message: StoredMessage) => Verdict,
): boolean {
  head(group)
  for (let index = 0; taken.length < limit; index += 1) {
    const message = group.messages.at(index)
    if (message === undefined) return false
    if (message.place === 'gone') continue
    if (message.place !== 'ready') return false
    const verdict = judge(message)
    if (verdict === 'stop') return true
    if (verdict === 'taken') taken.push(message)
  }
  return false
}

/** The first message of the group that is still there. */
function head(group: Group): StoredMessage | undefined {
  for (;;) {
    const first = group.messages.at(0)
    if (first?.place !== 'gone') return first
    group.messages.shift()
  }
}
