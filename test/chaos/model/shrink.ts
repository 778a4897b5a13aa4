import {runSchedule} from './run-schedule.js'
import type {Schedule} from './schedule.js'
import {PLAIN} from './schedule.js'

/** Makes a schedule that breaks a promise smaller for as long as it breaks the same one: features, messages, then its tape. */
export async function shrink(
  schedule: Schedule,
  violations: readonly string[],
  tries: number,
): Promise<{smallest: Schedule; violations: readonly string[]}> {
  const names = new Set(violations.map(nameOf))
  let smallest = schedule
  let kept = violations
  let left = tries
  const attempt = async (candidate: Schedule): Promise<boolean> => {
    if (left-- <= 0) return false
    const {violations: found} = await runSchedule(candidate)
    if (!found.some(violation => names.has(nameOf(violation)))) return false
    smallest = candidate
    kept = found
    return true
  }
  for (let better = true; better && left > 0;) {
    better = false
    for (const candidate of candidatesOf(smallest)) {
      if (await attempt(candidate)) {
        better = true
        break
      }
    }
  }
  return {smallest, violations: kept}
}

function nameOf(violation: string): string {
  return violation.slice(0, violation.indexOf(':'))
}

function* candidatesOf(schedule: Schedule): Generator<Schedule> {
  const {tape, messages} = schedule
  for (const [name, value] of Object.entries(PLAIN)) {
    if (schedule[name as keyof Schedule] !== value) yield {...schedule, [name]: value}
  }
  for (const fewer of [1, Math.ceil(messages / 2), messages - 1])
    if (fewer < messages && fewer > 0) yield {...schedule, messages: fewer}
  if (typeof tape === 'number') return
  for (let size = Math.ceil(tape.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    yield {...schedule, tape: tape.slice(0, tape.length - size)}
    for (let start = 0; start < tape.length; start += size) {
      const part = tape.slice(start, start + size)
      if (part.some(number => number !== 0))
        yield {...schedule, tape: tape.map((number, index) => (index >= start && index < start + size ? 0 : number))}
    }
  }
}
