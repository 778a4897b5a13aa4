import {fork, type ChildProcess} from 'node:child_process'
import {Figures, type FiguresRecord} from '../figures.js'
import {perform, type Job} from './job.js'

interface Order {
  readonly id: number
  readonly job: Job
  readonly bin: string
}

type Answer = {readonly id: number; readonly record: FiguresRecord} | {readonly id: number; readonly error: string}

// The SDK's notice about Node 20.
const QUIET = {AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true'}

/**
 * Processes that do jobs: each has a local AWS for every job it does, and one process cannot serve more requests than one core bears.
 * Ctrl-C does not reach them, so that the jobs under way come to their end.
 */
export class Crew {
  readonly #members: readonly ChildProcess[]
  readonly #waiting = new Map<number, {resolve: (figures: Figures) => void; reject: (error: Error) => void}>()
  #orders = 0

  /** `script` calls `serve` when it is started as a member of a crew. */
  constructor(
    script: string,
    members: number,
    private readonly bin: string,
  ) {
    this.#members = Array.from({length: members}, () =>
      fork(script, {detached: true, env: {...process.env, ...QUIET}, stdio: ['ignore', 'ignore', 'inherit', 'ipc']}),
    )
    for (const member of this.#members) {
      member.on('message', (answer: Answer) => this.#hear(answer))
      member.on('exit', (code, signal) => this.#leave(new Error(`a process that did jobs ended: ${signal ?? code}`)))
    }
  }

  /** Rejects where the job could not be done, which says nothing of msgops. */
  do(job: Job): Promise<Figures> {
    const id = this.#orders++
    const order: Order = {id, job, bin: this.bin}
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {resolve, reject})
      this.#members[id % this.#members.length]?.send(order)
    })
  }

  close(): void {
    for (const member of this.#members) member.disconnect()
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('record' in answer) waiting?.resolve(Figures.of([answer.record]))
    else waiting?.reject(new Error(answer.error))
  }

  #leave(error: Error): void {
    for (const {reject} of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** Does jobs as a member of a crew, until there are no more. */
export function serve(): void {
  const answer = (answered: Answer): void => {
    // Where another job could not be done nobody waits for this one any more.
    if (process.connected) process.send?.(answered)
  }
  process.on('message', ({id, job, bin}: Order) => {
    perform(job, bin).then(
      ({record}) => answer({id, record}),
      (error: unknown) => answer({id, error: String(error instanceof Error ? error.stack : error)}),
    )
  })
}
