import {createHmac, hash} from 'node:crypto'

/** What signs a request; the SDK's credential objects fit. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Where every request of one client goes. */
export interface SigningScope {
  /** The Host header: host name, and port unless it is the scheme's own. */
  readonly host: string
  /** The path as it is written on the request line, e.g. `/`. */
  readonly path: string
  readonly region: string
  readonly service: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const CONTENT_TYPE = 'application/x-amz-json-1.0'
const SIGNED_HEADERS = 'content-type;host;x-amz-date;x-amz-target;x-amzn-query-mode'
const SIGNED_HEADERS_WITH_TOKEN = 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target;x-amzn-query-mode'

/**
 * Signs POST requests of the AWS JSON 1.0 protocol, always with the hash of the body ("Create a signed AWS API request" in the IAM
 * User Guide). The SDK's own signer takes any request and costs four times as much; all that varies here is the operation, the
 * body, the second and the credentials.
 */
export class Signer {
  readonly #scope: SigningScope
  readonly #canonicalPath: string
  #second = Number.NaN
  #longDate = ''
  #keyDate = ''
  #keySecret = ''
  #key: Buffer = Buffer.alloc(0)

  constructor(scope: SigningScope) {
    this.#scope = scope
    this.#canonicalPath = canonicalPath(scope.path)
  }

  /** The headers of a request but those that frame its body, names and values in turn; `timeMs` is the service's time in milliseconds. */
  sign(target: string, body: string, credentials: SigningCredentials, timeMs: number): string[] {
    const {host, region, service} = this.#scope
    const {accessKeyId, secretAccessKey, sessionToken} = credentials
    const longDate = this.#dateAt(timeMs)
    const date = longDate.slice(0, 8)
    const scope = `${date}/${region}/${service}/aws4_request`
    const token = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`
    const signedHeaders = sessionToken === undefined ? SIGNED_HEADERS : SIGNED_HEADERS_WITH_TOKEN
    const canonicalRequest =
      `POST\n${this.#canonicalPath}\n\n` +
      `content-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-date:${longDate}\n${token}x-amz-target:${target}\nx-amzn-query-mode:true\n\n` +
      `${signedHeaders}\n${hash('sha256', body)}`
    const signature = createHmac('sha256', this.#signingKey(secretAccessKey, date))
      .update(`${ALGORITHM}\n${longDate}\n${scope}\n${hash('sha256', canonicalRequest)}`)
      .digest('hex')
    const headers = [
      'host',
      host,
      'content-type',
      CONTENT_TYPE,
      'x-amz-target',
      target,
      'x-amz-date',
      longDate,
      // Answers then carry the error code of the older protocol too, from which the SDK tells the errors' names.
      'x-amzn-query-mode',
      'true',
      'authorization',
      `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    ]
    if (sessionToken !== undefined) headers.push('x-amz-security-token', sessionToken)
    return headers
  }

  /** `YYYYMMDDTHHMMSSZ`. */
  #dateAt(timeMs: number): string {
    const second = Math.floor(timeMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#longDate = new Date(second * 1000).toISOString().replace(/[-:]|\.000/g, '')
    }
    return this.#longDate
  }

  #signingKey(secret: string, date: string): Buffer {
    if (date !== this.#keyDate || secret !== this.#keySecret) {
      this.#key = deriveSigningKey(secret, date, this.#scope.region, this.#scope.service)
      this.#keyDate = date
      this.#keySecret = secret
    }
    return this.#key
  }
}

/** The key of one day, region and service ("Derive a signing key" in the IAM User Guide); `date` is `YYYYMMDD`. */
export function deriveSigningKey(secretAccessKey: string, date: string, region: string, service: string): Buffer {
  let key: string | Buffer = `AWS4${secretAccessKey}`
  for (const part of [date, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
  return Buffer.from(key)
}

/** Empty segments are dropped and each segment is encoded once more, as for every service but S3. */
function canonicalPath(path: string): string {
  return path.replaceAll(/\/+/g, '/').split('/').map(encodeRfc3986).join('/')
}

function encodeRfc3986(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
