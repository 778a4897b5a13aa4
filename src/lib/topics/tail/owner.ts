import {createHash} from 'node:crypto'
import {readFileSync, readlinkSync} from 'node:fs'
import {hostname, uptime} from 'node:os'
import {bootId, namespaceOf, processExists, processState, told} from '../../local-processes.js'

/** The process that a temporary queue belongs to. */
export interface Owner {
  /** For people: two machines, or containers, may have the same. */
  readonly host: string
  readonly pid: number
  /** A digest that two processes share only where the same process id means the same process; absent where that cannot be told. */
  readonly place?: string
  /** When the process began, on the clock of its place; a later process of the same id began at another time. */
  readonly started?: string
}

/** `unknown`: it ran where this process cannot look, or it cannot be told from a later one of the same id. */
export type Liveness = 'alive' | 'gone' | 'unknown'

/** The processes that this one can see. */
export interface Neighbourhood {
  readonly self: () => Pick<Owner, 'place'>
  readonly exists: (pid: number) => boolean
  /** Undefined where the system does not tell. */
  readonly state: (pid: number) => {readonly ended: boolean; readonly started?: string} | undefined
}

const DIGEST_DIGITS = 16
const MAX_HOST_LENGTH = 64

/** This process, in the characters that a tag may have. */
export function thisProcess(): Owner {
  const host = hostname().replace(/[^A-Za-z0-9_.-]/g, '-')
  return {
    host: host.slice(0, MAX_HOST_LENGTH) || 'unknown',
    pid: process.pid,
    place: thisPlace(),
    started: processState('self')?.startTicks,
  }
}

/** An owner as the value of a tag: `host/pid`, and behind it where and when the process began, as far as that is known. Pure. */
export function ownerTag({host, pid, place, started}: Owner): string {
  return [host, pid, ...(place === undefined ? [] : started === undefined ? [place] : [place, started])].join('/')
}

/** Reads the value of a tag; undefined where it is none that ownerTag makes. Pure. */
export function parseOwner(tag: string): Owner | undefined {
  const [, host, pid, place, started] =
    /^([A-Za-z0-9_.-]+)\/(\d{1,9})(?:\/([0-9a-f]{16})(?:\/(\d+))?)?$/.exec(tag) ?? []
  return host === undefined ? undefined : {host, pid: Number(pid), place, started}
}

/** Whether the process of an owner runs. Only one of the very same place can be asked for: a host name is no proof of it. */
export function livenessOf({place, pid, started}: Owner, around: Neighbourhood = neighbourhood): Liveness {
  if (place === undefined || place !== around.self().place) return 'unknown'
  if (!around.exists(pid)) return 'gone'
  const state = around.state(pid)
  if (state?.ended === true) return 'gone'
  if (started === undefined || state?.started === undefined) return 'unknown'
  return state.started === started ? 'alive' : 'gone'
}

const neighbourhood: Neighbourhood = {
  self: () => ({place: thisPlace()}),
  exists: processExists,
  state: pid => {
    // A /proc that was mounted in another process namespace has other processes under these ids.
    if (told(() => readlinkSync('/proc/self')) !== String(process.pid)) return undefined
    const state = processState(pid)
    return state && {ended: state.ended, started: state.startTicks}
  },
}

// A digest, because the id of a machine is not for others to read.
function thisPlace(): string | undefined {
  const marks = process.platform === 'linux' ? linuxMarks() : [bootMinute()]
  if (marks.includes(undefined)) return undefined
  return createHash('sha256')
    .update(JSON.stringify([hostname(), ...marks]))
    .digest('hex')
    .slice(0, DIGEST_DIGITS)
}

function linuxMarks(): (string | undefined)[] {
  // Where there is no machine id, or no time namespace, the others tell enough.
  const machine = told(() => readFileSync('/etc/machine-id', 'utf8').trim()) ?? ''
  return [machine, bootId(), namespaceOf('pid'), namespaceOf('time') ?? '']
}

function bootMinute(): string {
  return String(Math.round((Date.now() / 1000 - uptime()) / 60))
}
