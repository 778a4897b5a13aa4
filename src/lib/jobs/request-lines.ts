const FLAGS: Readonly<Record<string, string>> = {
  perSecond: 'rate',
  waitSeconds: 'canary-wait',
  maxReturnPercent: 'canary-max-return',
}

/** What was asked of a redrive, one line a flag as it is typed; whatever else the journal holds is shown with its name. */
export function requestLines(request: Readonly<Record<string, unknown>>): string[] {
  const {selection, canary, cutMs, wait, ...plain} = request
  const {count, ...ofCanary} = fieldsOf(canary)
  const lines = [
    ...Object.entries({...plain, ...fieldsOf(selection), canary: count, ...ofCanary}).flatMap(([name, value]) =>
      flagLines(name, value),
    ),
    ...(wait === false ? ['--no-wait'] : []),
  ]
  const isTime = typeof cutMs === 'number' && !Number.isNaN(new Date(cutMs).getTime())
  return isTime ? [...lines, `messages sent until ${new Date(cutMs).toISOString()}`] : lines
}

function flagLines(name: string, value: unknown): string[] {
  const flag = `--${FLAGS[name] ?? name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
  if (value === undefined || value === null || value === false) return []
  if (value === true) return [flag]
  if (Array.isArray(value)) {
    const words = value.map(textOf)
    return name === 'through' ? [`${flag} ${words.join(' ')}`] : words.map(word => `${flag} ${word}`)
  }
  return [`${flag} ${textOf(value)}${UNITS[name] ?? ''}`]
}

const UNITS: Readonly<Record<string, string>> = {perSecond: '/s', waitSeconds: 's', maxReturnPercent: '%'}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : {}
}
