import {OpsError} from '../../ops-error.js'
import type {MessageState} from '../client/journal.js'
import {parseContent} from './records.js'
import type {EndedRecord} from './records.js'
import type {JournalHeader} from './header.js'
import type {BadLine, ScannedLine} from './line-scanner.js'
import {LineScanner} from './line-scanner.js'
import type {UncertainMessage} from './message-states.js'
import {MessageStates} from './message-states.js'
import {chunksOf, headerOf, recoverFile} from './recovery.js'

const MAX_PROBLEMS = 1000

export interface JournalProblem {
  /** Counted from 1, as `offset` is from 0; absent where it is the file as a whole. */
  readonly line?: number
  readonly offset?: number
  readonly message: string
}

/** Everything a check of a journal found. */
export interface VerifyReport {
  readonly path: string
  /** `torn`: the last line was never finished, which costs nothing. `damaged`: cannot be resumed. */
  readonly verdict: 'whole' | 'torn' | 'damaged'
  readonly header: JournalHeader | undefined
  readonly ended: EndedRecord | undefined
  /** Good ones, header included. */
  readonly lines: number
  readonly fileBytes: number
  readonly tornBytes: number
  /** Zeros at the end, reserved for records to come. */
  readonly reservedBytes: number
  /** Messages by the state they are in, of the lines that could be read. */
  readonly messages: Readonly<Record<MessageState, number>>
  /** Messages that may exist twice, or whose only copy is not proven. */
  readonly possibleDuplicates: readonly UncertainMessage[]
  readonly problems: readonly JournalProblem[]
  /** Problems beyond the first thousand. */
  readonly problemsLeftOut: number
}

/**
 * Checks a journal from its first byte to its last: every line, also those behind a damaged one, and whether the records follow the
 * protocol (no second intent where a copy is recorded, no delete without one). Throws `UnsafeFile` only.
 */
export async function verifyJournal(file: string): Promise<VerifyReport> {
  const check = new JournalCheck(file)
  const scanner = new LineScanner(line => check.take(line))
  for await (const chunk of chunksOf(file)) scanner.push(chunk)
  const {fileBytes, contentEnd} = scanner.end()
  return {
    ...(await verdictOf(file, check)),
    ...check.findings(),
    path: file,
    fileBytes,
    reservedBytes: fileBytes - contentEnd,
  }
}

async function verdictOf(
  file: string,
  check: JournalCheck,
): Promise<Pick<VerifyReport, 'verdict' | 'tornBytes' | 'ended'>> {
  try {
    const {tornBytes, ended} = await recoverFile(file)
    return {verdict: tornBytes > 0 ? 'torn' : 'whole', tornBytes, ended}
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    if (check.isClean) check.report({message: error.message})
    return {verdict: 'damaged', tornBytes: 0, ended: undefined}
  }
}

class JournalCheck {
  private readonly problems: JournalProblem[] = []
  private problemsLeftOut = 0
  private header: JournalHeader | undefined
  private states = new MessageStates(false)
  private lines = 0

  constructor(private readonly file: string) {}

  get isClean(): boolean {
    return this.problems.length === 0
  }

  take(line: ScannedLine | BadLine): void {
    const {number, offset} = line
    const problems = line.ok ? this.read(line) : [`the line does not read: ${line.why}`]
    for (const message of problems) this.report({line: number, offset, message})
    if (line.ok) this.lines++
  }

  report(problem: JournalProblem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem)
    else this.problemsLeftOut++
  }

  findings(): Pick<
    VerifyReport,
    'header' | 'lines' | 'messages' | 'possibleDuplicates' | 'problems' | 'problemsLeftOut'
  > {
    const {header, lines, problems, problemsLeftOut} = this
    const possibleDuplicates = [...this.states.uncertain()]
    return {header, lines, messages: this.states.counts, possibleDuplicates, problems, problemsLeftOut}
  }

  private read(line: ScannedLine): string[] {
    if (line.number === 1) return this.readHeader(line)
    const content = parseContent(line.json)
    if (content === undefined) return ['the line has a record that this version does not know']
    return content.records.flatMap(record =>
      record.type === 'ended' || record.type === 'resumed' ? [] : this.states.apply(record),
    )
  }

  private readHeader(line: ScannedLine): string[] {
    try {
      this.header = headerOf(this.file, line)
      this.states = new MessageStates(this.header.mode === 'keep')
      return []
    } catch (error) {
      if (!(error instanceof OpsError)) throw error
      return [error.message]
    }
  }
}
