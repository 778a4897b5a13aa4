import {readFileSync, readlinkSync} from 'node:fs'
import {hostname} from 'node:os'
import {errnoOf} from './journal-errors.js'

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
    pidNamespace: pidNamespace(),
    startTicks: statOf(process.pid)?.startTicks,
  }),
  liveness(other) {
    if (other.host !== hostname()) return 'unknown'
    if (other.bootId !== bootId()) return other.bootId === undefined ? 'unknown' : 'dead'
    if (other.pidNamespace !== pidNamespace()) return 'unknown'
    if (!exists(other.pid)) return 'dead'
    const stat = statOf(other.pid)
    if (stat === undefined || other.startTicks === undefined) return 'alive'
    return stat.startTicks === other.startTicks && !stat.ended ? 'alive' : 'dead'
  },
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}

function bootId(): string | undefined {
  return textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

function pidNamespace(): string | undefined {
  return textOf(() => readlinkSync('/proc/self/ns/pid'))
}

/** Fields 3 and 22 of /proc/PID/stat (proc(5)), counted behind the name, which may itself hold spaces and brackets. */
function statOf(pid: number): {ended: boolean; startTicks: string | undefined} | undefined {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has stopped running; only its parent has not asked yet how it ended.
  return {ended: fields[0] === 'Z' || fields[0] === 'X', startTicks: fields[19]}
}

// Without /proc (macOS, Windows) less is known, and what is not known counts as alive.
function textOf(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
