import {createHash, createHmac, timingSafeEqual} from 'node:crypto'
import type {IncomingHttpHeaders} from 'node:http'

/** A request as a server sees it. */
export interface SignedRequest {
  readonly method: string
  /** Path and query of the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** What a service knows: who has which secret, where it is, and what time it is. */
export interface Verifier {
  readonly secrets: Readonly<Record<string, {readonly secret: string; readonly token?: string}>>
  readonly region: string
  readonly service: string
  readonly nowMs: number
}

export type Verdict = 'ok' | 'skewed' | `wrong: ${string}`

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/

/**
 * Judges a request's signature as a service does, by the steps of "Create a signed AWS API request" in the IAM User Guide: canonical
 * request, string to sign, signing key, signature. Shares no code with the client; allows a skew of five minutes, as AWS does.
 */
export function verify({method, target, headers, body}: SignedRequest, verifier: Verifier): Verdict {
  const parts = AUTHORIZATION.exec(headers.authorization ?? '')
  if (!parts) return 'wrong: no authorization header of version 4'
  const [, keyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = parts
  const known = verifier.secrets[keyId]
  if (!known) return 'wrong: unknown access key'
  if (region !== verifier.region || service !== verifier.service) return 'wrong: scope'

  const date = single(headers['x-amz-date'])
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)
  if (!stamp || !date.startsWith(day)) return 'wrong: date'
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minute = 0, second = 0] = stamp.slice(1).map(Number)
  const requestMs = Date.UTC(year, month - 1, dayOfMonth, hour, minute, second)
  if (Math.abs(requestMs - verifier.nowMs) > 5 * 60_000) return 'skewed'

  const token = headers['x-amz-security-token']
  if (token !== known.token) return 'wrong: session token'
  const names = signedHeaders.split(';')
  const mustBeSigned = ['host', 'content-type', ...Object.keys(headers).filter(name => name.startsWith('x-amz-'))]
  if (!mustBeSigned.every(name => names.includes(name))) return 'wrong: a header that must be signed is not'
  if (signedHeaders !== names.toSorted().join(';')) return 'wrong: order of the signed headers'

  // Step 1: method, URI, query, headers, names of the headers, hash of the payload.
  const [path = '', query = ''] = target.split('?')
  const canonicalRequest = [
    method,
    path.split('/').map(encodeSegment).join('/'),
    query,
    ...names.map(name => `${name}:${single(headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  // Steps 2 and 3.
  const scope = `${day}/${region}/${service}/aws4_request`
  const hashed = createHash('sha256').update(canonicalRequest, 'utf8').digest('hex')
  const stringToSign = ['AWS4-HMAC-SHA256', date, scope, hashed].join('\n')
  // Step 4.
  const dateKey = hmac(`AWS4${known.secret}`, day)
  const signingKey = hmac(hmac(hmac(dateKey, region), service), 'aws4_request')
  const expected = hmac(signingKey, stringToSign)
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? 'ok' : 'wrong: signature'
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

function single(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** UriEncode of the guide: every byte but the unreserved characters, the percent sign of the request line included. */
function encodeSegment(segment: string): string {
  return [...Buffer.from(segment, 'utf8')]
    .map(byte => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
