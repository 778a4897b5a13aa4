type Members = Readonly<Record<string, unknown>>

export interface BatchFailure {
  readonly Id: string
  readonly SenderFault: boolean
  readonly Code: string
  readonly Message: string
}

const DIGESTS = new Set(['MD5OfMessageBody', 'MD5OfBody', 'MD5OfMessageAttributes', 'MD5OfMessageSystemAttributes'])

/** A copy of an output in which every MD5 is wrong by its first digit. */
export function spoilDigests(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spoilDigests)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      DIGESTS.has(key) && typeof member === 'string'
        ? (member.startsWith('0') ? '1' : '0') + member.slice(1)
        : spoilDigests(member),
    ]),
  )
}

/** The input member that holds the entries of a batch, if the request is one. */
export function batchMember(input: Members): 'Entries' | 'PublishBatchRequestEntries' | undefined {
  if (Array.isArray(input.Entries)) return 'Entries'
  return Array.isArray(input.PublishBatchRequestEntries) ? 'PublishBatchRequestEntries' : undefined
}

/** Takes the entries at these positions (the last one unless given) out of a batch. */
export function splitBatch(
  input: Members,
  positions: readonly number[] | undefined,
  error: Omit<BatchFailure, 'Id'>,
): {kept: Members; left: number; failed: readonly BatchFailure[]} {
  const member = batchMember(input) ?? 'Entries'
  const entries = input[member] as readonly Members[]
  const doomed = new Set(positions ?? [entries.length - 1])
  const kept = entries.filter((_, position) => !doomed.has(position))
  return {
    kept: {...input, [member]: kept},
    left: kept.length,
    failed: entries.filter((_, position) => doomed.has(position)).map(({Id}) => ({Id: String(Id), ...error})),
  }
}

/** A batch's output in which these entries failed, whatever became of them. */
export function mergeFailures(output: Members, failed: readonly BatchFailure[]): Members {
  const doomed = new Set(failed.map(({Id}) => Id))
  const entries = (member: string) => (Array.isArray(output[member]) ? (output[member] as readonly Members[]) : [])
  return {
    ...output,
    Successful: entries('Successful').filter(({Id}) => !doomed.has(String(Id))),
    Failed: [...entries('Failed').filter(({Id}) => !doomed.has(String(Id))), ...failed],
  }
}
