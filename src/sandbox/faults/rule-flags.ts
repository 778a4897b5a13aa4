import {ExitCode, OpsError} from '../../lib/ops-error.js'
import type {FaultKind, FaultRule} from './rule.js'

/** The flags of `sandbox fault`, named as on the command line. */
export interface FaultFlags {
  readonly kind?: FaultKind
  readonly service?: string
  readonly action?: string
  readonly queue?: string
  readonly times?: number
  readonly skip?: number
  readonly rate?: string
  readonly seed?: number
  readonly latency?: number
  readonly applied?: boolean
  readonly code?: string
  readonly status?: number
  readonly message?: string
  readonly entries?: readonly number[]
  readonly skew?: number
}

/** The fault that the flags describe. Throws OpsError (exit 2) without a kind or with a rate that is no probability. */
export function ruleFromFlags(flags: FaultFlags): FaultRule {
  const {
    kind,
    queue,
    rate,
    latency,
    skew,
    service,
    action,
    times,
    skip,
    seed,
    applied,
    code,
    status,
    message,
    entries,
  } = flags
  if (kind === undefined) throw usage('A fault needs a --kind.')
  const probability = rate === undefined ? undefined : Number(rate)
  if (probability !== undefined && !(rate !== '' && probability >= 0 && probability <= 1)) {
    throw usage(`--rate is a probability from 0 to 1, not "${rate ?? ''}".`)
  }
  return {
    kind,
    service,
    action,
    resource: queue,
    times,
    skip,
    rate: probability,
    seed,
    latencyMs: latency,
    applied,
    code,
    status,
    message,
    entries,
    skewMs: skew === undefined ? undefined : skew * 1000,
  }
}

const OWN_FLAGS = [
  ...(['kind', 'service', 'action', 'queue', 'times', 'skip', 'rate', 'seed'] as const),
  ...(['latency', 'applied', 'code', 'status', 'message', 'entries', 'skew'] as const),
] satisfies readonly (keyof FaultFlags)[]

/** Refuses flags that describe a fault where none is added (exit 2): they would be silently without effect. */
export function refuseFaultFlags(act: string, flags: FaultFlags): void {
  const given = OWN_FLAGS.find(name => flags[name] !== undefined)
  if (given) throw usage(`sandbox fault ${act} takes no --${given}.`)
}

function usage(message: string): OpsError {
  return new OpsError(message, {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['For instance: msgops sandbox fault add --kind reset-after --action SendMessageBatch --times 1'],
  })
}
