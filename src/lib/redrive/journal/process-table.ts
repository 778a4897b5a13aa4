import {hostname} from 'node:os'
import {bootId, namespaceOf, processExists, processState} from '../../local-processes.js'

/** Which process it was, told so that neither a reused process id nor a restart of the machine makes it look alive. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Linux: differs after every start of the machine. */
  readonly bootId?: string
  /** Linux: in another container the same process id is another process. */
  readonly pidNamespace?: string
  /** Linux: clock ticks from the start of the machine to the start of the process. */
  readonly startTicks?: string
}

/** `unknown`: it ran where this process cannot look. */
export type Liveness = 'alive' | 'dead' | 'unknown'

export interface ProcessTable {
  self(): ProcessIdentity
  liveness(process: ProcessIdentity): Liveness
}

/** The processes of this machine. */
export const localProcesses: ProcessTable = {
  self: () => ({
    pid: process.pid,
    host: hostname(),
    bootId: bootId(),
    pidNamespace: namespaceOf('pid'),
    startTicks: processState(process.pid)?.startTicks,
  }),
  liveness(other) {
    if (other.host !== hostname()) return 'unknown'
    if (other.bootId !== bootId()) return other.bootId === undefined ? 'unknown' : 'dead'
    if (other.pidNamespace !== namespaceOf('pid')) return 'unknown'
    if (!processExists(other.pid)) return 'dead'
    const state = processState(other.pid)
    // What is not known (there is no /proc on macOS and Windows) counts as alive.
    if (state === undefined || other.startTicks === undefined) return 'alive'
    return state.startTicks === other.startTicks && !state.ended ? 'alive' : 'dead'
  },
}
