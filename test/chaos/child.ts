import {spawn, type ChildProcessByStdio} from 'node:child_process'
import type {Readable} from 'node:stream'
import {cleanEnvironment, type Finished} from '../fixtures/cli/run.js'

/** A program under way, with its output on pipes and no stdin. */
export class Child {
  readonly finished: Promise<Finished>
  readonly #process: ChildProcessByStdio<null, Readable, Readable>
  #waiting: {readonly text: string; readonly resolve: () => void}[] = []
  #stdout = ''
  #stderr = ''

  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const [command = '', ...args] = words
    this.#process = spawn(command, args, {env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe']})
    const {stdout, stderr} = this.#process
    stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#look()
    })
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#look()
    })
    this.finished = new Promise((resolve, reject) => {
      this.#process.on('error', reject)
      this.#process.on('close', (code, signal) => {
        for (const {resolve: give} of this.#waiting.splice(0)) give()
        resolve({code, signal, stdout: this.#stdout, stderr: this.#stderr})
      })
    })
  }

  get ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Nobody reads its stdout from here on. */
  closeStdout(): void {
    this.#process.stdout.destroy()
  }

  /** Resolves when its output, of either kind, has a text in it, or it has ended. */
  shown(text: string): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({text, resolve})
      this.#look()
    })
  }

  #look(): void {
    const here = (text: string): boolean => this.#stdout.includes(text) || this.#stderr.includes(text)
    for (const {text, resolve} of this.#waiting) if (here(text)) resolve()
    this.#waiting = this.#waiting.filter(({text}) => !here(text))
  }
}
