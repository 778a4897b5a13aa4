import {Command} from '@oclif/core/command'
import type {ArgInput, Input, ParserOutput} from '@oclif/core/interfaces'
import {createAwsContext} from '../aws/connect.js'
import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {openWriter} from '../output/open-writer.js'
import type {Writer} from '../output/writer.js'
import {shellQuote} from '../shell-quote.js'
import {obtainConsent, type Confirmation} from './confirm.js'
import {flagVariables} from './environment.js'
import {Interrupted, Interruption, deadlineError, isAbort} from './interruption.js'
import {guessOutput} from './output-choice.js'
import {ask, canAsk} from './prompt.js'
import {reportFailure} from './report.js'
import {resolveSettings, type Settings} from './settings.js'
import {sharedFlags} from './shared-flags.js'

type Values = Record<string, unknown>

/** What every command of msgops has: its words parsed once, a writer, a lazy AWS context, one signal to stop by. */
export abstract class OpsCommand extends Command {
  static override baseFlags = sharedFlags

  /** Where results, warnings, hints and progress go. */
  protected out!: Writer
  /** What a second signal would leave behind, as the end of "Once more ends at once". */
  protected leftByForce = ''
  #settings: Settings | undefined
  #typed: ReadonlySet<string> = new Set()
  #parsed: ParserOutput | undefined
  #aws: AwsContext | undefined
  #exitCode: ExitCode | undefined
  #consented = false
  #leftQuestion = false
  readonly #interruption = new Interruption({
    onFirst: name => {
      const line = `Stopping after ${name}. Once more ends at once${this.leftByForce}.`
      // Where something would be left behind, a program's log should say so too.
      if (this.leftByForce === '') this.out.note(line)
      else this.out.say(line)
    },
  })

  /** Aborted by SIGINT, SIGTERM, SIGHUP and `--timeout`, and in a command that only reads when nobody reads its stdout. */
  protected get signal(): AbortSignal {
    return this.#interruption.signal
  }

  /** The connection that flags and environment describe; nothing is loaded before a client is asked for. */
  protected get aws(): AwsContext {
    this.#aws ??= this.#connect(this.#settled)
    return this.#aws
  }

  /** Another connection of the same command: as this one, with another profile or region. */
  protected connectTo(elsewhere: {profile?: string; region?: string}): AwsContext {
    const {profile = this.#settled.profile, region = this.#settled.region} = elsewhere
    return this.#connect({...this.#settled, profile, region})
  }

  /** The words to type for another command of msgops over the same connection. */
  protected commandLine(words: readonly string[]): string {
    const {profile, region, endpointUrl, sandbox} = this.#settled
    const connection = [
      ...(this.#typed.has('profile') && profile !== undefined ? ['--profile', profile] : []),
      ...(this.#typed.has('region') && region !== undefined ? ['--region', region] : []),
      ...(this.#typed.has('endpoint-url') && endpointUrl !== undefined ? ['--endpoint-url', endpointUrl] : []),
      ...(this.#typed.has('sandbox') && sandbox ? ['--sandbox'] : []),
      // Who consented in advance is not there to be asked the next time.
      ...(this.#typed.has('yes') ? ['--yes'] : []),
    ]
    return [this.config.bin, ...words, ...connection].map(shellQuote).join(' ')
  }

  /** Sets the exit code of a normal return: 3 partial, 8 condition met, 9 possible duplicates, 75 resumable. */
  protected exitWith(code: ExitCode): void {
    this.#exitCode = code
  }

  /** Throws OpsError `Timeout` (exit 6) when --timeout has ended what would go on for ever; `suggestion` is what to do instead. */
  protected assertInTime(suggestion: string): void {
    const reason = this.#interruption.reason
    if (reason?.exitCode === ExitCode.unreachable)
      throw new OpsError(reason.message, {code: 'Timeout', exitCode: ExitCode.unreachable, suggestions: [suggestion]})
  }

  /**
   * Returns when the user consents; throws OpsError with exit 7 otherwise (see confirm.ts). From then on the command runs to
   * its end even when nobody reads stdout any more, unless it is for the reader alone.
   */
  protected async confirm(confirmation: Confirmation): Promise<void> {
    const {yes, confirm} = this.#settled
    await obtainConsent(confirmation, {
      yes,
      confirm,
      words: [this.config.bin, ...this.#words, ...this.argv],
      show: line => this.out.say(line),
      ask: this.#canAsk ? async question => this.#ask(question) : undefined,
    })
    this.#consented = confirmation.endsWithReader !== true
  }

  /** Tells what is done without a question, by a consent that was given before; from then on as after `confirm`. */
  protected proceed(details: readonly string[]): void {
    for (const detail of details) this.out.note(detail)
    this.#consented = true
  }

  protected override async init(): Promise<void> {
    const {stdout, stderr, env} = process
    this.out = await openWriter({mode: guessOutput(this.argv, env, stdout.isTTY), stdout, stderr, env})
    this.#interruption.listen()
    stdout.on('error', this.#onStdoutError)
    const {flags, raw} = await this.parse(this.ctor)
    this.#typed = new Set(raw.flatMap(token => (token.type === 'flag' ? [token.flag] : [])))
    const settings = resolveSettings(flags, this.#typed, env, stdout.isTTY)
    this.#settings = settings
    this.out = await openWriter({
      mode: settings.mode,
      query: settings.query,
      noColor: settings.noColor,
      stdout,
      stderr,
      env,
    })
    if (settings.timeoutSeconds !== undefined) this.#interruption.setDeadline(settings.timeoutSeconds)
  }

  /** Parses once: `init` needs the shared flags and `run` asks again for its own. */
  protected override async parse<F extends Values, B extends Values, A extends Values>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    this.#parsed ??= await super.parse(
      {
        ...options,
        args: withoutStdin(options?.args),
        flags: options?.flags,
        baseFlags: options?.baseFlags,
        strict: options?.strict,
      },
      argv,
    )
    return this.#parsed
  }

  protected override catch(error: unknown): Promise<void> {
    const reason = this.#interruption.reason
    const stopped = reason !== undefined && (this.#leftQuestion || isAbort(error, reason))
    const deadline = reason?.exitCode === ExitCode.unreachable
    const flags = {...this.ctor.baseFlags, ...this.ctor.flags}
    reportFailure(stopped ? (deadline ? deadlineError(reason) : reason) : error, this.out, {
      debug: this.#settings?.debug ?? this.argv.includes('--debug'),
      help: `${[this.config.bin, ...this.#words].join(' ')} --help`,
      flags: Object.keys(flags).map(name => `--${name}`),
      variables: flagVariables(flags, this.argv, process.env),
    })
    return Promise.resolve()
  }

  protected override finally(error: Error | undefined): Promise<void> {
    this.out.progress(undefined)
    this.#interruption.release()
    process.stdout.off('error', this.#onStdoutError)
    if (error === undefined) {
      const code = this.#exitCode ?? this.#interruption.reason?.exitCode
      if (code !== undefined) process.exitCode = code
    }
    return Promise.resolve()
  }

  get #settled(): Settings {
    if (!this.#settings) throw new Error(`${this.id ?? 'The command'} used its flags before init()`)
    return this.#settings
  }

  get #words(): readonly string[] {
    return this.id?.split(':') ?? []
  }

  get #canAsk(): boolean {
    return !this.#settled.noInput && canAsk()
  }

  readonly #onStdoutError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') return
    this.out.markClosed()
    if (!this.#consented) this.#interruption.abort(new Interrupted('Nobody reads the output any more', ExitCode.done))
  }

  async #ask(question: string, hidden = false): Promise<string | undefined> {
    this.out.progress(undefined)
    try {
      return await ask(question, {signal: this.signal, onInterrupt: () => this.#interruption.interrupt(), hidden})
    } catch (error) {
      // Who asked for an MFA code on behalf of the SDK gets back an error that no longer names its reason.
      this.#leftQuestion = true
      throw error
    }
  }

  #connect(settings: Settings): AwsContext {
    const {profile, region, endpointUrl, sandbox, readOnly, timeoutSeconds, debug} = settings
    const aws = createAwsContext({
      profile,
      region,
      endpointUrl,
      sandbox,
      readOnly,
      requestTimeoutMs: timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000,
      debug: debug ? line => this.out.debug(line) : undefined,
      env: process.env,
      promptMfa: this.#canAsk ? async serial => (await this.#ask(`MFA code for ${serial}: `, true)) ?? '' : undefined,
    })
    for (const notice of aws.connection.notices) this.out.warn(notice)
    const endpoint = aws.endpointFor('sqs')
    if (aws.sandbox) this.out.banner(`SANDBOX ${endpoint ?? ''}`)
    else if (endpoint !== undefined) this.out.banner(`ENDPOINT ${endpoint}`)
    return aws
  }
}

/** oclif fills a missing argument from stdin: a destination must never come from whatever happens to be piped in. */
function withoutStdin<A extends Values>(args: ArgInput<A> | undefined): ArgInput<A> | undefined {
  if (!args) return args
  return Object.fromEntries(
    Object.entries(args).map(([name, arg]) => [name, {...arg, ignoreStdin: true}]),
  ) as ArgInput<A>
}
