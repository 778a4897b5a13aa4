import http from 'node:http'
import https from 'node:https'
import {DELIVERED, type Outcome} from './outcome.js'

/** "15 seconds to respond" (developer guide). */
const TIMEOUT_MS = 15_000
const TOO_MANY_REQUESTS = 429

/** Whether the URL leads to this machine; the local AWS calls no other. */
export function isLoopback(url: URL): boolean {
  const {hostname} = url
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  )
}

/**
 * Posts once. 2xx is delivered; 5xx, 429, silence and a connection that fails are the other side's failure, every other status is final:
 * "All 5XX errors and HTTP 429 errors are retryable. All other errors are considered permanent failures". Redirects are not followed.
 */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise(resolve => {
    const failed = (reason: string, retryable = true) => resolve({delivered: false, retryable, reason})
    const {hostname} = url
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        // Names under .localhost are this machine's by definition, and few resolvers know them.
        ...(hostname.endsWith('.localhost') && {hostname: '127.0.0.1'}),
        headers: {...headers, host: url.host, 'content-length': Buffer.byteLength(body)},
        // A certificate on this machine is hardly ever one that the world trusts.
        rejectUnauthorized: false,
        agent: false,
        signal,
        timeout: TIMEOUT_MS,
      },
      response => {
        const {statusCode = 0} = response
        response.on('error', () => undefined)
        response.resume()
        if (statusCode >= 200 && statusCode < 300) resolve(DELIVERED)
        else failed(`HTTP ${statusCode}`, statusCode >= 500 || statusCode === TOO_MANY_REQUESTS)
      },
    )
    request.on('timeout', () => request.destroy(new Error('no answer within 15 seconds')))
    request.on('error', error => failed(error.message))
    request.end(body)
  })
}
