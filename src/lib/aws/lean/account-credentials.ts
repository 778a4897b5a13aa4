import type {SQSClient} from '@aws-sdk/client-sqs'
import {ExitCode, OpsError} from '../../ops-error.js'

/** What a request is signed with, as the SDK's providers give it. */
export type Credentials = Awaited<ReturnType<SQSClient['config']['credentials']>>

export interface AccountCredentialsOptions {
  fetch(options: {forceRefresh: boolean}): Promise<Credentials>
  /** The account that the connection was found to be of when the command began. */
  accountBefore(): Promise<string>
  /** The account that STS says the newest credentials are of. */
  accountNow(): Promise<string>
}

/** AWS recommends to renew credentials five minutes before they end; the SDK's provider does when it is asked then. */
const RENEW_BEFORE_MS = 5 * 60 * 1000
/** How soon a renewal that failed is tried again while the old credentials are still good. */
const RENEW_AGAIN_MS = 30 * 1000

/**
 * The credentials of one client, renewed before they end and when the service says that they have. New ones are used only once STS
 * has said that they are of the same account: whoever logs in elsewhere meanwhile must not turn a running command to another account
 * (redrive.md, catalogue 30). Many calls share one renewal, and those that come meanwhile wait for it.
 */
export class AccountCredentials {
  readonly #options: AccountCredentialsOptions
  #known: Credentials | undefined
  #account: string | undefined
  #changing: Promise<Credentials> | undefined
  /** Why there will be no credentials any more. */
  #over: OpsError | undefined
  #useless: Credentials | undefined
  #renewAtMs = 0

  constructor(options: AccountCredentialsOptions) {
    this.#options = options
  }

  /** What to sign with now, if that is known already: most requests need wait for nothing. */
  get known(): Credentials | undefined {
    const known = this.#changing || this.#over ? undefined : this.#known
    return known && !this.#isEnding(known) ? known : undefined
  }

  /** What to sign with now; rejects with an OpsError where there is none, and every later call with the same once that is final. */
  async current(): Promise<Credentials> {
    if (this.#changing) return this.#changing
    if (this.#over) throw this.#over
    return this.#known && !this.#isEnding(this.#known) ? this.#known : this.#change(false)
  }

  /** Fetches others than those that the service refused as expired; false when there are none. */
  async renew(refused: Credentials): Promise<boolean> {
    // One that was under way may have been begun before the refusal, and give the same credentials again.
    if (this.#changing) await this.#changing
    if (this.#over) throw this.#over
    if (isSame(this.#useless, refused)) return false
    if (isSame(this.#known, refused)) await this.#change(true)
    if (!isSame(this.#known, refused)) return true
    this.#useless = refused
    return false
  }

  #change(forceRefresh: boolean): Promise<Credentials> {
    return (this.#changing ??= this.#fetch(forceRefresh).finally(() => (this.#changing = undefined)))
  }

  async #fetch(forceRefresh: boolean): Promise<Credentials> {
    const before = this.#known
    try {
      const fetched = await this.#options.fetch({forceRefresh})
      if (before === undefined) this.#account = await this.#firstAccount(fetched)
      else if (!isSame(before, fetched)) await this.#assertSameAccount()
      this.#known = fetched
      return fetched
    } catch (error) {
      if (before === undefined) throw error
      if (error instanceof OpsError && error.exitCode !== ExitCode.unreachable) this.#over = error
      else if (!forceRefresh && leftMs(before) > 0) {
        this.#renewAtMs = Date.now() + RENEW_AGAIN_MS
        return before
      }
      throw error
    }
  }

  /** Long-term keys do not expire: no renewal will have to be compared with them. */
  async #firstAccount(fetched: Credentials): Promise<string | undefined> {
    if (fetched.sessionToken === undefined && fetched.expiration === undefined) return undefined
    return this.#options.accountBefore().catch(() => fetched.accountId)
  }

  async #assertSameAccount(): Promise<void> {
    const before = this.#account
    const now = before === undefined ? undefined : await this.#accountNow()
    if (before !== undefined && before === now) return
    if (now === undefined) {
      throw new OpsError(
        'The AWS credentials were renewed, and it cannot be told whether they are of the same account.',
        {
          code: 'AccountUnknown',
          exitCode: ExitCode.refused,
          suggestions: ['STS did not answer GetCallerIdentity when the command began: msgops whoami shows why.'],
        },
      )
    }
    throw new OpsError(
      `The AWS credentials were renewed and are of account ${now} now, no longer of ${before}. Nothing was sent with them.`,
      {
        code: 'AccountChanged',
        exitCode: ExitCode.refused,
        suggestions: [`Log in to account ${before} again, and run the command again. msgops whoami shows the account.`],
      },
    )
  }

  /** An error of STS is no verdict on the call that waits for it: that one was not sent. */
  async #accountNow(): Promise<string> {
    try {
      return await this.#options.accountNow()
    } catch (error) {
      const why = error instanceof OpsError ? error : undefined
      throw new OpsError(
        `The AWS credentials were renewed, and their account could not be checked. ${why?.message ?? ''}`.trim(),
        {
          code: 'AccountUnchecked',
          exitCode: why?.exitCode ?? ExitCode.unreachable,
          suggestions: why?.suggestions ?? [],
          cause: error,
        },
      )
    }
  }

  #isEnding(credentials: Credentials): boolean {
    return leftMs(credentials) < RENEW_BEFORE_MS && Date.now() >= this.#renewAtMs
  }
}

function leftMs({expiration}: Credentials): number {
  return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - Date.now()
}

function isSame(one: Credentials | undefined, other: Credentials | undefined): boolean {
  return one?.accessKeyId === other?.accessKeyId && one?.sessionToken === other?.sessionToken
}
