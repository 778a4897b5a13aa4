/**
 * Characters that make a spreadsheet read a cell as a formula, and their full-width forms (OWASP, CSV injection).
 * Guarded text gets a leading apostrophe, which spreadsheets take as "text follows".
 */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/**
 * Records as RFC 4180 CSV (with its CRLF line ends unless told otherwise) and a header row of the keys in first-seen order. Lists and objects inside a
 * record are JSON text; records that are not objects make one column `value`. No records, no text: the keys are unknown.
 */
export function renderCsv(records: readonly unknown[], lineEnd = '\r\n'): string {
  const rows = records.map(record => (isRecord(record) ? record : {value: record}))
  const keys = [...new Set(rows.flatMap(row => Object.keys(row)))]
  if (keys.length === 0) return ''
  const lines = [keys, ...rows.map(row => keys.map(key => (Object.hasOwn(row, key) ? row[key] : undefined)))]
  return lines.map(line => `${line.map(field).join(',')}${lineEnd}`).join('')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function field(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const guarded = FORMULA_START.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
