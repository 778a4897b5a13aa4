import type {Backlog, Verdict} from './backlog.js'
import {Deque} from './deque.js'
import type {StoredMessage} from './message.js'
import {MinHeap} from './min-heap.js'

interface Group {
  readonly id: string
  readonly ready: Deque<Ready>
  inFlight: number
  /** The standing in the heap that is valid; older ones are stale. */
  stamp: number
}

interface Ready {
  readonly message: StoredMessage
  readonly order: number
}

interface Standing {
  readonly group: Group
  readonly stamp: number
  readonly inFlight: number
  readonly order: number
}

const comesFirst = (a: Standing, b: Standing) =>
  a.inFlight === b.inFlight ? a.order < b.order : a.inFlight < b.inFlight

/**
 * A standard queue: about the order of arrival, and fair among message groups ("fair queues"): a group with fewer messages in
 * flight goes first, so that a noisy tenant cannot make the others wait. A message without a group counts as a tenant of its own.
 */
export class StandardBacklog implements Backlog {
  readonly #ungrouped = new Deque<Ready>()
  readonly #groups = new Map<string, Group>()
  readonly #standings = new MinHeap<Standing>(comesFirst)
  #order = 0

  enter(): void {
    // A standard queue keeps no order among messages that cannot be received.
  }

  offer(message: StoredMessage): void {
    const ready = {message, order: ++this.#order}
    const {groupId} = message.content
    if (groupId === undefined) {
      this.#ungrouped.push(ready)
      return
    }
    const group = this.#groupNamed(groupId)
    group.ready.push(ready)
    if (group.ready.length === 1) this.#restand(group)
  }

  landed(message: StoredMessage): void {
    const {groupId} = message.content
    const group = groupId === undefined ? undefined : this.#groups.get(groupId)
    if (group === undefined) return
    group.inFlight -= 1
    this.#restand(group)
  }

  left(): void {
    // Ready lists skip what is gone when they come to it.
  }

  take(limit: number, judge: (message: StoredMessage) => Verdict): StoredMessage[] {
    const taken: StoredMessage[] = []
    while (taken.length < limit) {
      const group = this.#nextGroup()
      const list = group?.ready ?? this.#ungrouped
      const next = list.shift()
      if (next === undefined) break
      const verdict = judge(next.message)
      if (verdict === 'stop') list.unshift(next)
      if (verdict === 'taken') {
        taken.push(next.message)
        if (group !== undefined) group.inFlight += 1
      }
      if (group !== undefined) this.#restand(group)
      if (verdict === 'stop') break
    }
    return taken
  }

  clear(): void {
    this.#ungrouped.keep(() => false)
    this.#groups.clear()
    this.#standings.keep(() => false)
  }

  /** The group whose turn it is; undefined where a message without a group goes first, or there is none at all. */
  #nextGroup(): Group | undefined {
    const alone = head(this.#ungrouped)
    const group = this.#firstGroup()
    if (group === undefined || alone === undefined) return group
    const grouped = head(group.ready)
    return group.inFlight > 0 || (grouped !== undefined && alone.order < grouped.order) ? undefined : group
  }

  #firstGroup(): Group | undefined {
    for (;;) {
      const standing = this.#standings.peek()
      if (standing === undefined) return undefined
      const {group, stamp} = standing
      if (group.stamp === stamp && head(group.ready)?.order === standing.order) return group
      this.#standings.pop()
      if (group.stamp === stamp) this.#restand(group)
    }
  }

  /** Writes the group's present standing into the heap, or forgets a group that holds nothing. */
  #restand(group: Group): void {
    group.stamp += 1
    const first = head(group.ready)
    if (first === undefined) {
      if (group.inFlight === 0) this.#groups.delete(group.id)
      return
    }
    this.#standings.push({group, stamp: group.stamp, inFlight: group.inFlight, order: first.order})
    if (this.#standings.size > this.#groups.size * 4 + 64) {
      this.#standings.keep(standing => standing.group.stamp === standing.stamp)
    }
  }

  #groupNamed(id: string): Group {
    let group = this.#groups.get(id)
    if (group === undefined) {
      group = {id, ready: new Deque(), inFlight: 0, stamp: 0}
      this.#groups.set(id, group)
    }
    return group
  }
}

/** The first message of a list that is still there. */
function head(list: Deque<Ready>): Ready | undefined {
  for (;;) {
    const first = list.at(0)
    if (first === undefined || first.message.place === 'ready') return first
    list.shift()
  }
}
