/** A signature is one line: what is read of a text, and what is kept of it. */
const LENGTH_READ = 1000
const LENGTH_KEPT = 200

/**
 * Finds, from left to right, what varies between two occurrences of the same error. Texts come from whoever writes to the queue: they
 * are cut before they are matched, so that no pattern has much to backtrack over.
 */
const VARIABLE = new RegExp(
  [
    String.raw`(?<kept><[a-z]{1,6}>)`,
    // An HTTP status tells two errors apart, where other numbers do not.
    String.raw`(?<status>\b(?:status(?: code)?|http(?:\/\d(?:\.\d)?)?|returned|responded(?: with)?|answered(?: with)?)[ :=]+[1-5]\d\d\b)`,
    String.raw`(?<arn>\barn:aws[a-z-]*:[^\s"'\x60,;)\]}>]+)`,
    String.raw`(?<url>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'\x60,;)\]}>]+)`,
    String.raw`(?<email>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)`,
    String.raw`(?<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)`,
    String.raw`(?<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z\b|[+-]\d\d:?\d\d))?)?|\b\d\d?:\d\d:\d\d(?:[.,]\d+)?)`,
    String.raw`(?<ip>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b)`,
    String.raw`(?<value>(?<![\p{L}\p{N}])(?:"[^"]*"|'[^']*'|\x60[^\x60]*\x60)(?![\p{L}\p{N}]))`,
    String.raw`(?<hex>\b0x[0-9a-f]+\b)`,
    String.raw`(?<long>[a-z0-9+\/=_-]{32,})`,
    String.raw`(?<token>[\p{L}\p{N}]+(?:[-_#][\p{L}\p{N}]+)*)`,
  ].join('|'),
  'giu',
)

/**
 * Reduces an error text to what its occurrences have in common: its first line, with ids, numbers, times, addresses, ARNs and quoted
 * values replaced by placeholders such as `<uuid>`. Pure.
 */
export function normaliseError(text: string): string {
  const line = firstLine(text.trimStart().slice(0, LENGTH_READ))
  const reduced = line.replace(VARIABLE, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
    const kind = Object.keys(groups).find(name => groups[name] !== undefined) ?? 'kept'
    if (kind === 'kept' || kind === 'status') return match
    if (kind === 'token') return reduceToken(match)
    if (kind === 'long') return /\d/.test(match) ? '<id>' : match
    return `<${kind}>`
  })
  return reduced.length > LENGTH_KEPT ? `${reduced.slice(0, LENGTH_KEPT - 1)}…` : reduced
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/[\r\n\u2028\u2029]/u)
  return line.replace(/\s+/gu, ' ').trim()
}

/** `4711` and `4711ms` are numbers; `ord-4711`, `sku_9f03` and `a7c29e` are ids; `s3`, `v4` and `utf8` are words. */
function reduceToken(token: string): string {
  const number = /^\d+(?<unit>\p{L}{0,3})$/u.exec(token)
  if (number !== null) return `<n>${number.groups?.unit ?? ''}`
  const digits = token.match(/\d/g)?.length ?? 0
  return digits >= 2 || /[-_#]\d+$/.test(token) ? '<id>' : token
}
