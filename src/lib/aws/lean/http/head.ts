import {MalformedAnswer} from '../../network-errors.js'

/** Where the body of an answer ends. */
export type Framing =
  {readonly kind: 'length'; readonly bytes: number} | {readonly kind: 'chunked'} | {readonly kind: 'until-close'}

/** Status line and fields of an answer. */
export interface Head {
  readonly statusCode: number
  /** By their names in lower case; fields of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly framing: Framing
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean
  /** How long the other end says that it keeps an idle connection, in seconds, of `Keep-Alive: timeout=5`. */
  readonly keepAliveSeconds: number | undefined
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const LENGTH = /^\d{1,15}$/
/** Two lengths, or a length beside an encoding, are how requests and answers get out of step (RFC 9112, 11.2): not resolved, refused. */
const ONCE: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding'])

/**
 * Reads the head of an answer to a POST (RFC 9112, 4 to 6), given as latin1 without its final empty line. Stricter than is usual:
 * no folded lines, no bare CR or LF, no encoding but `chunked`. Throws MalformedAnswer.
 */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const status = STATUS_LINE.exec(first)
  if (!status) throw new MalformedAnswer('no status line')
  const headers = fieldsOf(lines)
  const statusCode = Number(status[2])
  const connection = headers.connection?.toLowerCase() ?? ''
  const framing = framingOf(statusCode, headers)
  return {
    statusCode,
    headers,
    framing,
    keepAlive:
      framing.kind !== 'until-close' &&
      (status[1] === '1' ? !listed(connection, 'close') : listed(connection, 'keep-alive')),
    keepAliveSeconds: keepAliveSecondsOf(headers['keep-alive']),
  }
}

function fieldsOf(lines: readonly string[]): Record<string, string> {
  const fields = Object.create(null) as Record<string, string>
  for (const line of lines) {
    const [name, value] = parseField(line)
    const before = fields[name]
    if (before !== undefined && ONCE.has(name)) throw new MalformedAnswer(`${name} twice`)
    fields[name] = before === undefined ? value : `${before}, ${value}`
  }
  return fields
}

/** The name of a field, in lower case, and its value (RFC 9112, 5). Throws MalformedAnswer. */
export function parseField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon)
  const value = line.slice(colon + 1)
  if (colon < 1 || !NAME.test(name) || !VALUE.test(value)) throw new MalformedAnswer('no header field')
  return [name.toLowerCase(), value.trim()]
}

function framingOf(
  statusCode: number,
  {'content-length': length, 'transfer-encoding': encoding}: Record<string, string>,
): Framing {
  if (statusCode < 200 || statusCode === 204 || statusCode === 304) return {kind: 'length', bytes: 0}
  if (encoding !== undefined) {
    if (length !== undefined) throw new MalformedAnswer('a length beside an encoding')
    if (encoding.toLowerCase() !== 'chunked') throw new MalformedAnswer('an encoding other than chunked')
    return {kind: 'chunked'}
  }
  if (length === undefined) return {kind: 'until-close'}
  if (!LENGTH.test(length)) throw new MalformedAnswer('a length that is no number')
  return {kind: 'length', bytes: Number(length)}
}

function listed(list: string, member: string): boolean {
  return list === member || list.split(',').some(each => each.trim() === member)
}

function keepAliveSecondsOf(value: string | undefined): number | undefined {
  const seconds = value === undefined ? undefined : /(?:^|[,\s])timeout=(\d{1,9})/i.exec(value)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}
