import type {SQS} from '@aws-sdk/client-sqs'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'
import {runInTerminal, runPiped} from '../../fixtures/cli/run.js'
import {sqsOf} from '../../harness/cli.js'
import {HostProcess} from '../fuzz-host-process.js'
import {within} from './deadline.js'
import {differences} from './exactness.js'
import type {FuzzCase, Outcome} from './fuzz-case.js'
import {Mangler} from './mangler.js'

/** How a case is run: in a process that runs many, as a child on pipes, or as a child in a terminal. */
export type Way = 'host' | 'host terminal' | 'pipe' | 'pty'

/** Where msgops is: the built main.js and the script that users run. */
export interface Program {
  readonly main: string
  readonly bin: string
}

/** A sandbox with its scenario, and what runs cases on it, one at a time. */
export class Ground {
  private constructor(
    private readonly program: Program,
    private readonly sandbox: Sandbox,
    private readonly sqs: SQS,
    private readonly mangler: Mangler,
    private readonly host: HostProcess,
    private readonly root: string,
  ) {}

  static async open(program: Program): Promise<Ground> {
    const sandbox = await startSandbox({seed: true})
    const mangler = await Mangler.before(sandbox.url)
    const root = await mkdtemp(path.join(tmpdir(), 'msgops-fuzz-'))
    return new Ground(program, sandbox, sqsOf(sandbox), mangler, new HostProcess(program.main), root)
  }

  /** Runs a case; resolves with how it ended, and with what of it should be exact and is not. */
  async run(
    one: FuzzCase,
    index: number,
    way: Way,
  ): Promise<{readonly outcome: Outcome; readonly inexact: readonly string[] | undefined}> {
    const dir = path.join(this.root, String(index))
    const queue = `fuzz-${index}`
    const fill = (text: string): string =>
      text.replaceAll('{dir}', dir).replaceAll('{queue}', queue).replaceAll('{sandbox}', this.mangler.url)
    await mkdir(dir, {mode: 0o700})
    await writeFile(path.join(dir, 'body.txt'), 'a body')
    for (const [name, text] of Object.entries(one.files ?? {})) {
      await mkdir(path.dirname(path.join(dir, name)), {recursive: true, mode: 0o700})
      await writeFile(path.join(dir, name), text, {mode: 0o600})
    }
    if (one.planted !== undefined) await this.#plant(queue, one)
    // Without colours of its own, not one escape is.
    const colour: Record<string, string> = index % 3 === 0 ? {} : {NO_COLOR: '1'}
    const env = {...this.#env(dir), ...colour, ...mapped(one.env ?? {}, fill)}
    this.mangler.mangle = one.mangle
    const outcome = await this.#ended(one.args.map(fill), env, way)
    this.mangler.mangle = undefined
    const inexact = await differences(one, outcome, {sqs: this.sqs, queue})
    if (one.planted !== undefined) await this.#cleared(queue)
    await rm(dir, {recursive: true, force: true})
    return {outcome, inexact}
  }

  /** The world as it was: nothing that earlier cases sent, made or deleted. */
  async reset(): Promise<void> {
    await this.sandbox.reset({seed: true})
  }

  async close(): Promise<void> {
    this.host.close()
    this.mangler.close()
    await this.sandbox.close()
    await rm(this.root, {recursive: true, force: true})
  }

  #env(dir: string): Record<string, string> {
    return {
      MSGOPS_SANDBOX: '1',
      MSGOPS_SANDBOX_URL: this.mangler.url,
      MSGOPS_NO_INPUT: '1',
      XDG_STATE_HOME: path.join(dir, 'state'),
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    }
  }

  async #ended(args: readonly string[], env: Readonly<Record<string, string>>, way: Way): Promise<Outcome> {
    const terminal = terminalOf(way, env)
    const nothing = {code: undefined, stdout: '', stderr: '', terminal, merged: way === 'pty'}
    if (way === 'host' || way === 'host terminal')
      return {...nothing, ...(await this.host.run(args, env, terminal !== 'none'))}
    const words = [this.program.bin, ...args]
    if (way === 'pipe') {
      const ended = await within(runPiped(process.execPath, words, {env}))
      return {...nothing, ...ended, code: ended?.code ?? undefined}
    }
    const ended = await within(runInTerminal(process.execPath, words, {env}))
    return {...nothing, code: ended?.code, stdout: ended?.output ?? ''}
  }

  async #plant(queue: string, {planted, exact}: FuzzCase): Promise<void> {
    const {QueueUrl} = await this.sqs.createQueue({QueueName: queue})
    await this.sqs.createQueue({QueueName: `${queue}-out`})
    if (planted === undefined || exact === 'sent') return
    const {body, attributes} = planted
    await this.sqs.sendMessage({QueueUrl, MessageBody: body, MessageAttributes: attributes})
  }

  async #cleared(queue: string): Promise<void> {
    for (const QueueName of [queue, `${queue}-out`]) {
      const {QueueUrl} = await this.sqs.getQueueUrl({QueueName})
      await this.sqs.deleteQueue({QueueUrl})
    }
  }
}

function terminalOf(way: Way, {NO_COLOR = ''}: Readonly<Record<string, string>>): Outcome['terminal'] {
  if (way === 'host' || way === 'pipe') return 'none'
  return NO_COLOR === '' ? 'coloured' : 'plain'
}

function mapped(record: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
