import {readFileSync, readlinkSync} from 'node:fs'
import {errnoOf} from './disk-errors.js'

/** What the system says of a process that exists. */
export interface ProcessState {
  /** It has stopped running; only its parent has not asked yet how it ended. */
  readonly ended: boolean
  /** Clock ticks from the start of the machine to its own. */
  readonly startTicks: string | undefined
}

/** Whether there is a process of this id, whoever it belongs to. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}

/** Linux: state and start of a process, or of this one (fields 3 and 22 of /proc/PID/stat, proc(5)); undefined where that is not told. */
export function processState(pid: number | 'self'): ProcessState | undefined {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) return undefined
  // Counted behind the name, which may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {ended: fields[0] === 'Z' || fields[0] === 'X', startTicks: fields[19]}
}

/** Linux: differs after every start of the machine. */
export function bootId(): string | undefined {
  return told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

/** Linux: a namespace of this process; in another container the same process id is another process. */
export function namespaceOf(kind: 'pid' | 'time'): string | undefined {
  return told(() => readlinkSync(`/proc/self/ns/${kind}`))
}

/** Without /proc (macOS, Windows) less is told. */
export function told(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
