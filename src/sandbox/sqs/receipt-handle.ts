/** What a receipt handle names: one receive of one copy of a message in one queue. */
export interface Receipt {
  readonly queue: number
  readonly message: number
  /** Counts the receives of the copy; a lower number than the latest is a superseded handle. */
  readonly receive: number
}

/** AWS's handles begin with these bytes: `AQEB` in base64. */
const MAGIC = [1, 1, 1]
/** Sets high bits, so that handles hold `+` and `/` as AWS's do and a client that mangles them is found out. */
const VEIL = 0xda
const FORM = /^(\d+)\.(\d+)\.(\d+)\.([0-9a-z]+)$/

/** An opaque handle in the shape of AWS's. */
export function formatReceiptHandle(receipt: Receipt): string {
  const fields = `${receipt.queue}.${receipt.message}.${receipt.receive}`
  const text = `${fields}.${checksum(fields)}`
  const bytes = Buffer.allocUnsafe(MAGIC.length + text.length)
  bytes.set(MAGIC)
  bytes.write(text, MAGIC.length, 'latin1')
  return toggleVeil(bytes).toString('base64')
}

/** The receipt of a handle, undefined for anything that was never handed out in this form. */
export function parseReceiptHandle(handle: string): Receipt | undefined {
  if (!handle.startsWith('AQEB')) return undefined
  const bytes = Buffer.from(handle, 'base64')
  if (bytes.toString('base64') !== handle) return undefined
  const match = FORM.exec(toggleVeil(bytes).toString('latin1', MAGIC.length))
  if (match === null) return undefined
  const [, queue = '', message = '', receive = '', sum] = match
  if (checksum(`${queue}.${message}.${receive}`) !== sum) return undefined
  return {queue: Number(queue), message: Number(message), receive: Number(receive)}
}

function toggleVeil(bytes: Buffer): Buffer {
  for (let index = MAGIC.length; index < bytes.length; index += 1) bytes[index] = (bytes[index] ?? 0) ^ VEIL
  return bytes
}

/** FNV-1a over the fields: a handle with one digit changed is garbage, not somebody else's message. */
function checksum(fields: string): string {
  let sum = 0x811c9dc5
  for (let index = 0; index < fields.length; index += 1) {
    sum = Math.imul(sum ^ fields.charCodeAt(index), 0x01000193)
  }
  return (sum >>> 0).toString(36)
}
