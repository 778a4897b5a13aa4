import type {MessageView} from '../../messages/message-view.js'
import {attributesFault, bodyFault} from '../content.js'
import type {Decision, ProgramAnswer} from './answer.js'
import {BadAnswerError, parseAnswer} from './answer.js'
import type {Child} from './child.js'
import {signalGroup, startChild} from './child.js'
import {Lines} from './lines.js'
import {StderrLines} from './stderr-lines.js'

/** JSON may write a body of 1 MiB in three times as many bytes, each of its characters as \uXXXX. */
const MAX_LINE_BYTES = 4 * 1_048_576

/** Messages, and bytes of them, that wait for an answer at once. */
const MAX_PENDING = 200
const MAX_PENDING_BYTES = 16 * 1_048_576

/** A line of the program's standard error is cut here, and its last one shown up to the second. */
const MAX_STDERR_LINE = 2000
const MAX_COMPLAINT = 300

export interface ThroughOptions {
  readonly signal: AbortSignal
  /** How long the program may be silent while messages wait for an answer, or after its input has ended. */
  readonly timeoutMs: number
  readonly env: NodeJS.ProcessEnv
  /** Is given each line that the program writes on its standard error, cut at 2,000 characters; untrusted text. */
  readonly onStderr?: (line: string) => void
  /** How long a program that is to be stopped has between SIGTERM and SIGKILL. */
  readonly graceMs?: number
  readonly maxPending?: number
}

interface Pending {
  readonly view: MessageView
  readonly bytes: number
  readonly resolve: (answer: ProgramAnswer) => void
}

/**
 * Starts a program that decides on each message: one JSON message view a line on its standard input, one answer (see parseAnswer) a line
 * on its standard output, in any order. Throws OpsError ProgramNotStarted (exit 2).
 */
export async function throughProgram(argv: readonly string[], options: ThroughOptions): Promise<MessageProgram> {
  return new MessageProgram(await startChild(argv, options.env), options)
}

/**
 * A running program. It is trusted for one line at a time: a line that is no answer, an answer for a message that waits for none (unknown,
 * or answered before), silence, or an end other than exit code 0 stops it: it is asked nothing more, and every message without an answer
 * is left where it is.
 */
export class MessageProgram {
  readonly #child: Child
  readonly #options: ThroughOptions
  readonly #closed: Promise<void>
  readonly #lines = new Lines(MAX_LINE_BYTES)
  readonly #pending = new Map<string, Pending>()
  readonly #stderr: StderrLines
  readonly #silence: NodeJS.Timeout
  readonly #onAbort = (): void => {
    this.#fail('interrupted')
  }
  #pendingBytes = 0
  #waiting: (() => void)[] = []
  #ending = false
  /** How it ended, once it has. */
  #ended: string | undefined
  #complaint = ''
  #failure: string | undefined
  #kill: NodeJS.Timeout | undefined

  constructor(child: Child, options: ThroughOptions) {
    this.#child = child
    this.#options = options
    this.#silence = setTimeout(() => {
      if (this.#pending.size > 0 || this.#ending) this.#fail(this.#silent())
    }, options.timeoutMs)
    this.#closed = new Promise(resolve => {
      child.once('close', () => {
        this.#finish()
        resolve()
      })
    })
    child.stdout.on('data', (chunk: Uint8Array) => this.#read(() => this.#lines.push(chunk)))
    this.#stderr = new StderrLines(MAX_STDERR_LINE, line => {
      this.#complaint = line.trim().slice(0, MAX_COMPLAINT) || this.#complaint
      options.onStderr?.(line)
    })
    child.stderr.on('data', (chunk: Uint8Array) => this.#stderr.push(chunk))
    // A program that ends early breaks the pipe; that it has ended says more.
    for (const stream of [child, child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined)
    options.signal.addEventListener('abort', this.#onAbort, {once: true})
    if (options.signal.aborted) this.#onAbort()
  }

  /** Why the program is asked nothing more, or undefined as long as nothing has gone wrong; to be looked at once more after close(). */
  get failure(): string | undefined {
    return this.#failure
  }

  /**
   * What the program says of each message, in the order given. Never rejects: a message without a usable answer has an error. After a
   * failure every message has it at once.
   */
  decide(views: readonly MessageView[]): Promise<ProgramAnswer[]> {
    return Promise.all(views.map(view => this.#ask(view)))
  }

  /** Ends the program's input, waits for the answers that are still to come and for its end. Never rejects. */
  async close(): Promise<void> {
    this.#ending = true
    this.#silence.refresh()
    this.#child.stdin.end()
    await this.#closed
  }

  async #ask(view: MessageView): Promise<ProgramAnswer> {
    const line = `${JSON.stringify(view)}\n`
    const bytes = Buffer.byteLength(line)
    while (this.#isFull(bytes)) await new Promise<void>(resolve => this.#waiting.push(resolve))
    const error = this.#refusal(view.messageId)
    if (error !== undefined) return {error}
    return new Promise(resolve => {
      if (this.#pending.size === 0) this.#silence.refresh()
      this.#pending.set(view.messageId, {view, bytes, resolve})
      this.#pendingBytes += bytes
      this.#child.stdin.write(line)
    })
  }

  #isFull(bytes: number): boolean {
    if (this.#failure !== undefined || this.#ended !== undefined || this.#pending.size === 0) return false
    const {maxPending = MAX_PENDING} = this.#options
    return this.#pending.size >= maxPending || this.#pendingBytes + bytes > MAX_PENDING_BYTES
  }

  #refusal(messageId: string): string | undefined {
    if (this.#ending) return this.#failure ?? 'the program has been told that there are no more messages'
    if (this.#ended !== undefined) this.#failure ??= `${this.#ended}, before its input did`
    if (this.#failure !== undefined) return this.#failure
    return this.#pending.has(messageId) ? 'the program is being asked about this message already' : undefined
  }

  #read(lines: () => Iterable<Uint8Array>): void {
    try {
      for (const line of lines()) if (!isBlank(line)) this.#answer(line)
    } catch (error) {
      if (!(error instanceof BadAnswerError) && !(error instanceof RangeError)) throw error
      this.#fail(`the program wrote a line that is no answer: ${error.message}`)
    }
  }

  #answer(line: Uint8Array): void {
    const {messageId, decision} = parseAnswer(line)
    const pending = this.#pending.get(messageId)
    if (pending === undefined) {
      throw new BadAnswerError(
        `no message ${JSON.stringify(messageId.slice(0, 100))} waits for one; it was not asked about, or answered before`,
      )
    }
    this.#silence.refresh()
    this.#settle(messageId, pending, checked(decision, pending.view))
  }

  #settle(messageId: string, {bytes, resolve}: Pending, answer: ProgramAnswer): void {
    this.#pending.delete(messageId)
    this.#pendingBytes -= bytes
    resolve(answer)
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #fail(reason: string): void {
    if (this.#failure !== undefined) return
    this.#leaveAll(reason)
    if (this.#ended !== undefined) return
    signalGroup(this.#child, 'SIGTERM')
    this.#kill = setTimeout(() => {
      signalGroup(this.#child, 'SIGKILL')
      // What the program started may have left its group, and still hold the pipes.
      this.#child.stdout.destroy()
      this.#child.stderr.destroy()
    }, this.#options.graceMs ?? 1000)
  }

  #finish(): void {
    this.#stderr.end()
    const {exitCode, signalCode} = this.#child
    const how = signalCode === null ? `exited with code ${exitCode}` : `was ended by ${signalCode}`
    this.#ended = `the program ${how}${this.#said()}`
    clearTimeout(this.#silence)
    clearTimeout(this.#kill)
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    if (this.#failure === undefined) this.#read(() => this.#lines.rest())
    if (exitCode !== 0) this.#leaveAll(this.#ended)
    else if (this.#pending.size > 0) this.#leaveAll(`${this.#ended}, without an answer`)
  }

  /** The program is asked nothing more, and no message that waits is moved. */
  #leaveAll(reason: string): void {
    this.#failure ??= reason
    for (const [messageId, pending] of this.#pending) this.#settle(messageId, pending, {error: this.#failure})
  }

  #silent(): string {
    const [oldest] = this.#pending.keys()
    const what =
      oldest === undefined ? 'has not ended' : `has not answered (${this.#pending.size} wait, the first is ${oldest})`
    return `the program ${what} for ${this.#options.timeoutMs / 1000} s${this.#said()}`
  }

  #said(): string {
    return this.#complaint === '' ? '' : `, saying: ${this.#complaint}`
  }
}

/** A change that SQS would not take leaves its message, and the program goes on. */
function checked(decision: Decision, view: MessageView): ProgramAnswer {
  if (decision.action !== 'move') return decision
  const {body, messageAttributes} = decision
  if (body === undefined && messageAttributes === undefined) return decision
  const changed = {...view, body: body ?? view.body, messageAttributes: messageAttributes ?? view.messageAttributes}
  const fault = bodyFault(changed) ?? attributesFault(messageAttributes ?? {})
  return fault === undefined ? decision : {error: `the program's answer: ${fault}`}
}

function isBlank(line: Uint8Array): boolean {
  return line.every(byte => byte === 32 || byte === 9 || byte === 13)
}
