import http from 'node:http'
import http2 from 'node:http2'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** The Authorization header of a request that claims to be signed; the local AWS looks at the scope only. */
export function claim(service: string, {key = 'sandbox', region = 'us-east-1'} = {}): string {
  return `AWS4-HMAC-SHA256 Credential=${key}/20260421/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123`
}

export interface RawRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** One HTTP/1.1 request on a connection of its own. */
export function http1(url: string, {method = 'POST', path = '/', headers = {}, body}: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      new URL(url),
      {method, path, headers: {connection: 'close', ...headers}, agent: false},
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** One HTTP/2 request with prior knowledge (h2c). */
export async function h2c(
  url: string,
  {method = 'POST', path = '/', headers = {}, body}: RawRequest,
): Promise<RawAnswer> {
  const session = http2.connect(url)
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject)
      const stream = session.request({':method': method, ':path': path, ...headers})
      const chunks: Buffer[] = []
      let answered: http2.IncomingHttpHeaders = {}
      stream.on('response', head => {
        answered = head
      })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () =>
        resolve({status: Number(answered[':status']), headers: answered, body: Buffer.concat(chunks).toString()}),
      )
      stream.end(body)
    })
  } finally {
    session.destroy()
  }
}

/** An AWS JSON request. */
export function json(service: string, target: string, input: object, scope?: Parameters<typeof claim>[1]): RawRequest {
  return {
    headers: {
      authorization: claim(service, scope),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  }
}

/** An AWS query request. */
export function query(service: string, form: string, scope?: Parameters<typeof claim>[1]): RawRequest {
  return {
    headers: {authorization: claim(service, scope), 'content-type': 'application/x-www-form-urlencoded'},
    body: form,
  }
}
