import type {BatchFailure} from './publish-batch.js'

/** Lines of a batch of which the same is to be said. */
export interface FailedLines extends Omit<BatchFailure, 'line'> {
  /** `3`, `1-10` or `1-10, 12`. */
  readonly lines: string
}

/** Puts the lines together that have the same state, code and reason, in the order of the first: a request that fails whole has one. Pure. */
export function failedLines(failures: readonly BatchFailure[]): FailedLines[] {
  const groups = new Map<string, BatchFailure[]>()
  for (const failure of failures) {
    const {state, code, message} = failure
    const key = JSON.stringify([state, code, message])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [failure])
    else group.push(failure)
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const {state, code, message} = first
    return [{lines: ranges(group.map(({line}) => line)), state, code, message}]
  })
}

/** Lines between two of these that hold no message (blank ones) end a range. */
function ranges(lines: readonly number[]): string {
  const spans: [number, number][] = []
  for (const line of lines) {
    const last = spans.at(-1)
    if (last?.[1] === line - 1) last[1] = line
    else spans.push([line, line])
  }
  return spans.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ')
}
