import {FAULT_KINDS, type FaultKind, type FaultRule} from './rule.js'

const TEXTS = ['service', 'action', 'account', 'region', 'resource', 'code', 'message'] as const
const NUMBERS = ['times', 'skip', 'rate', 'seed', 'latencyMs', 'status', 'skewMs'] as const

/** Reads a rule that came over the control path. Throws RangeError naming the member that is wrong or unknown. */
export function parseFaultRule(value: unknown): FaultRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError('a fault is an object')
  const members = new Map(Object.entries(value))
  const kind = members.get('kind') as unknown
  if (!isFaultKind(kind)) throw new RangeError(`kind must be one of ${FAULT_KINDS.join(', ')}`)
  members.delete('kind')
  const rule: Record<string, unknown> = {kind}
  for (const [name, member] of members as Map<string, unknown>) {
    if (!fits(name, member)) throw new RangeError(`${name} is no member of a fault, or has the wrong type`)
    rule[name] = member
  }
  return rule as unknown as FaultRule
}

function isFaultKind(value: unknown): value is FaultKind {
  return FAULT_KINDS.some(kind => kind === value)
}

function fits(name: string, value: unknown): boolean {
  if (TEXTS.some(text => text === name)) return typeof value === 'string'
  if (NUMBERS.some(number => number === name)) return typeof value === 'number' && Number.isFinite(value)
  if (name === 'applied') return typeof value === 'boolean'
  return name === 'entries' && Array.isArray(value) && value.every(Number.isInteger)
}
