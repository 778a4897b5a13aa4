import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {cleanEnvironment} from '../fixtures/cli/run.js'
import {within} from './fuzz/deadline.js'

const HOST = fileURLToPath(new URL('fuzz-host.js', import.meta.url))

interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs one command line after another; a new one takes its place when it dies or does not answer. */
export class HostProcess {
  #child: ChildProcess | undefined

  constructor(
    /** The built dist/main.js. */
    private readonly main: string,
  ) {}

  /** Resolves with how the command ended, or undefined when it did not, or its process died. */
  async run(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    terminal: boolean,
  ): Promise<Answer | undefined> {
    const child = (this.#child ??= await this.#started())
    const answer = new Promise<Answer | undefined>(resolve => {
      const settle = (value?: unknown): void => {
        child.off('message', settle).off('exit', gone)
        resolve(value as Answer | undefined)
      }
      const gone = (): void => settle()
      child.on('message', settle).on('exit', gone)
      child.send({args, env: cleanEnvironment(env), terminal})
    })
    const result = await within(answer)
    if (result === undefined) this.close()
    return result
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async #started(): Promise<ChildProcess> {
    const child = fork(HOST, [this.main], {env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'ignore', 'ipc']})
    await once(child, 'message')
    return child
  }
}
