import {createHash} from 'node:crypto'
import {createServer, request, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {seededRandom} from '../../../src/sandbox/random.js'
import type {FuzzCase} from './fuzz-case.js'

type Mangle = NonNullable<FuzzCase['mangle']>

/** Stands before the sandbox and, while it is told to, puts hostile strings in the place of those that AWS would answer with. */
export class Mangler {
  #mangle: {readonly settings: Mangle; readonly random: () => number} | undefined

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {
    server.on('request', (incoming: IncomingMessage, outgoing) => {
      const {method, headers, url} = incoming
      const onward = request(new URL(url ?? '/', this.target), {method, headers}, reply => {
        void bytesOf(reply).then(bytes => {
          const body = this.#mangled(bytes, reply.headers['content-type'] ?? '')
          outgoing.writeHead(reply.statusCode ?? 500, {...reply.headers, 'content-length': body.length}).end(body)
        })
      })
      onward.on('error', () => outgoing.destroy())
      incoming.pipe(onward)
    })
  }

  static async before(target: string): Promise<Mangler> {
    const server = createServer()
    const mangler = new Mangler(server, target)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return mangler
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  set mangle(settings: Mangle | undefined) {
    this.#mangle = settings && {settings, random: seededRandom(settings.seed)}
  }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  #mangled(bytes: Buffer, type: string): Buffer {
    if (this.#mangle === undefined || bytes.length === 0) return bytes
    const text = bytes.toString('utf8')
    if (type.includes('json')) return Buffer.from(JSON.stringify(this.#json(JSON.parse(text))))
    return Buffer.from(text.replaceAll(/>([^<>]+)</g, (_, value: string) => `>${escaped(this.#text(value))}<`))
  }

  #json(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (Array.isArray(value)) return value.map(item => this.#json(item))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, item]) => [key, this.#json(item)] as const)
    const changed = Object.fromEntries(entries)
    // Otherwise every changed message is refused for its digest, and nothing of it is shown.
    if (typeof changed.Body === 'string' && 'MD5OfBody' in changed)
      changed.MD5OfBody = createHash('md5').update(changed.Body).digest('hex')
    return changed
  }

  #text(value: string): string {
    if (this.#mangle === undefined) return value
    const {settings, random} = this.#mangle
    if (random() >= settings.rate) return value
    return settings.texts[Math.floor(random() * settings.texts.length)] ?? value
  }
}

async function bytesOf(reply: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Of XML: what it cannot carry is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
