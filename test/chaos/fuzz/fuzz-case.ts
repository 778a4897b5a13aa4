/** What a command prints on stdout; `any` where its flags are fuzzed themselves. */
export type FuzzOutput = 'table' | 'tsv' | 'json' | 'ndjson' | 'csv' | 'any'

/** A message that is in the queue of the case before its command runs. */
export interface Planted {
  readonly body: string
  readonly attributes: Readonly<Record<string, {readonly DataType: string; readonly StringValue: string}>>
}

/**
 * One command line with all that it meets. In `args` and `files`, `{dir}` is the folder of the case and `{queue}` its queue; data alone, so
 * that it can be printed and run again.
 */
export interface FuzzCase {
  readonly family: string
  readonly args: readonly string[]
  readonly output: FuzzOutput
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly planted?: Planted
  /** Strings that take the place of others in the replies of AWS, each with this chance. */
  readonly mangle?: {readonly seed: number; readonly rate: number; readonly texts: readonly string[]}
  /** What must be exact where the command succeeds: the message in its document, or in the queue that it went to. */
  readonly exact?: 'shown' | 'sent' | 'moved'
}

/** How a case ended. */
export interface Outcome {
  /** `undefined`: it did not end, or took its process with it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Whether it was one, and whether colours were allowed. */
  readonly terminal: 'none' | 'plain' | 'coloured'
  /** stdout and stderr came as one, as a terminal gets them. */
  readonly merged: boolean
}
