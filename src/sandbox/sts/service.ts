import type {Accounts, IssuedCredentials, Principal} from '../accounts.js'
import type {Clock} from '../clock.js'
import {AwsError, type Service, type ServiceRequest} from '../service.js'
import {checkPattern, checkRange} from './constraints.js'

const ROLE_ARN = /^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/
/** The one-time code that the local AWS takes for wrong; any other six digits are right. */
const WRONG_TOKEN_CODE = '000000'

/** STS: who am I, and temporary credentials that really expire on the local AWS's clock. Any role may be assumed. */
export class StsService implements Service {
  readonly name = 'sts'
  readonly #clock: Clock
  readonly #accounts: Accounts

  constructor(options: {clock: Clock; accounts: Accounts}) {
    this.#clock = options.clock
    this.#accounts = options.accounts
  }

  handle(request: ServiceRequest): Promise<Readonly<Record<string, unknown>>> {
    // An async method would not reject but throw only inside: the switch stays synchronous and cheap.
    return new Promise(resolve => resolve(this.#answer(request)))
  }

  status(): {readonly sessions: number} {
    return {sessions: this.#accounts.sessions}
  }

  reset(): void {
    this.#accounts.reset()
  }

  #answer({action, input, accessKeyId}: ServiceRequest): Readonly<Record<string, unknown>> {
    switch (action) {
      case 'GetCallerIdentity': {
        const {accountId, arn, userId} = this.#accounts.principalOf(accessKeyId)
        return {Account: accountId, Arn: arn, UserId: userId}
      }
      case 'AssumeRole':
        return this.#assumeRole(input)
      case 'GetSessionToken':
        return this.#sessionToken(input, this.#accounts.principalOf(accessKeyId))
      default:
        throw new AwsError('InvalidAction', `The action ${action} is not valid for this endpoint.`)
    }
  }

  #assumeRole(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const {RoleArn, RoleSessionName, SourceIdentity} = input
    if (typeof RoleArn !== 'string') throw missing('roleArn')
    if (typeof RoleSessionName !== 'string') throw missing('roleSessionName')
    checkPattern('roleSessionName', RoleSessionName, /^[\w+=,.@-]{2,64}$/, '[\\w+=,.@-]*')
    const [, partition, accountId, roleName] = ROLE_ARN.exec(RoleArn) ?? []
    if (partition === undefined || accountId === undefined || roleName === undefined) {
      throw new AwsError('ValidationError', `${RoleArn} is invalid`)
    }
    checkMfa(input)
    const role = {
      accountId,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${RoleSessionName}`,
      userId: `AROASANDBOX0000000000:${RoleSessionName}`,
    }
    const issued = this.#accounts.issue(role, this.#expiry(input, 3600, 900, 43_200))
    return {
      Credentials: credentialsOf(issued),
      AssumedRoleUser: {AssumedRoleId: role.userId, Arn: role.arn},
      SourceIdentity,
    }
  }

  #sessionToken(input: Readonly<Record<string, unknown>>, principal: Principal): Readonly<Record<string, unknown>> {
    checkMfa(input)
    return {Credentials: credentialsOf(this.#accounts.issue(principal, this.#expiry(input, 43_200, 900, 129_600)))}
  }

  #expiry(input: Readonly<Record<string, unknown>>, byDefault: number, least: number, most: number): number {
    const {DurationSeconds: seconds = byDefault} = input
    checkRange('durationSeconds', seconds as number, least, most)
    return this.#clock.now() + (seconds as number) * 1000
  }
}

function credentialsOf(issued: IssuedCredentials) {
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: new Date(issued.expiresAtMs),
  }
}

function checkMfa({SerialNumber, TokenCode}: Readonly<Record<string, unknown>>): void {
  if (SerialNumber === undefined && TokenCode === undefined) return
  if (typeof TokenCode === 'string') checkPattern('tokenCode', TokenCode, /^\d{6}$/, '[\\d]*')
  if (SerialNumber === undefined || TokenCode === undefined || TokenCode === WRONG_TOKEN_CODE) {
    throw new AwsError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ', {
      status: 403,
    })
  }
}

function missing(member: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )
}
