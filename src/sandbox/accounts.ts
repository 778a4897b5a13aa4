import {randomBytes} from 'node:crypto'

/** The account of every access key that does not name one. */
export const DEFAULT_ACCOUNT_ID = '000000000000'

/** What `sandbox start` tells the user to export; any other key works as well. */
export const SANDBOX_ACCESS_KEY_ID = 'sandbox'
export const SANDBOX_SECRET_ACCESS_KEY = 'sandbox'
export const SANDBOX_REGION = 'us-east-1'

/** Who a set of credentials speaks for. */
export interface Principal {
  readonly accountId: string
  readonly arn: string
  readonly userId: string
}

/** Temporary credentials as STS hands them out. */
export interface IssuedCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
}

interface Session {
  readonly principal: Principal
  readonly credentials: IssuedCredentials
}

/** The credentials of the local AWS. An access key id of 12 digits is its account's id; every other one is {@link DEFAULT_ACCOUNT_ID}'s. */
export class Accounts {
  readonly #sessions = new Map<string, Session>()

  accountOf(accessKeyId: string): string {
    const session = this.#sessions.get(accessKeyId)
    if (session) return session.principal.accountId
    return /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT_ID
  }

  principalOf(accessKeyId: string): Principal {
    const session = this.#sessions.get(accessKeyId)
    if (session) return session.principal
    const accountId = this.accountOf(accessKeyId)
    return {accountId, arn: `arn:aws:iam::${accountId}:user/sandbox`, userId: `AIDASANDBOX${accountId}`.slice(0, 21)}
  }

  /** Makes temporary credentials for a principal. */
  issue(principal: Principal, expiresAtMs: number): IssuedCredentials {
    const credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiresAtMs,
    }
    this.#sessions.set(credentials.accessKeyId, {principal, credentials})
    return credentials
  }

  /** Whether temporary credentials are still good; keys that STS did not issue always are. */
  standing(accessKeyId: string, sessionToken: string | undefined, nowMs: number): 'good' | 'expired' | 'invalid' {
    const session = this.#sessions.get(accessKeyId)
    if (!session) return 'good'
    if (session.credentials.sessionToken !== sessionToken) return 'invalid'
    return nowMs < session.credentials.expiresAtMs ? 'good' : 'expired'
  }

  /** How many temporary credentials were handed out. */
  get sessions(): number {
    return this.#sessions.size
  }

  reset(): void {
    this.#sessions.clear()
  }
}
