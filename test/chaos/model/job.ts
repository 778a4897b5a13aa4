import type {RedriveSummary} from '../../../src/lib/redrive/events.js'
import {CommitLog} from '../../../src/lib/redrive/journal/commit-log.js'
import {NO_COUNTS} from '../../../src/lib/redrive/journal/counts.js'
import {encodeHeader, SCHEMA} from '../../../src/lib/redrive/journal/header.js'
import {writeFailed} from '../../../src/lib/redrive/journal/journal-errors.js'
import {encodeLine} from '../../../src/lib/redrive/journal/line.js'
import {settleEnd} from '../../../src/lib/redrive/journal/open-journal.js'
import type {Recovered} from '../../../src/lib/redrive/journal/recovery.js'
import {Recovery} from '../../../src/lib/redrive/journal/recovery.js'
import {RunJournal} from '../../../src/lib/redrive/journal/run-journal.js'
import type {SourceLock} from '../../../src/lib/redrive/journal/source-lock.js'
import {JournalFile, OpenJournalFile} from './journal-file.js'
import type {Process} from './process.js'
import {QUEUE_ARNS, SOURCE_ARN, type World} from './world.js'

/** Space behind the header that a new journal is given; less than on a real disk, so that it is outgrown. */
const RESERVED_BYTES = 16_384
const NAME = 'model.wal'

/** One redrive as its user knows it: its journal, and every session of it. */
export class Job {
  readonly file = new JournalFile()
  /** When a message was first sent of which nobody can say whether it was taken, by MessageId. */
  readonly doubts = new Map<string, number>()
  /** Messages that this session has named as possible duplicates so far. */
  readonly listed = new Set<string>()
  crashes = 0
  sessions = 0
  /** Of the last session that came to one. */
  summary: RedriveSummary | undefined

  constructor(
    readonly world: World,
    readonly name: string,
  ) {}

  doubt(messageId: string, atMs: number): void {
    if (!this.doubts.has(messageId)) this.doubts.set(messageId, atMs)
  }

  /** The process is gone: what it had begun to send and not recorded may be there. Says how many messages that are. */
  settle({open}: Process): number {
    const count = open.size
    for (const [key, messageId] of open) {
      this.world.count(this.world.unknownEvents, key)
      this.doubt(messageId, this.world.nowMs)
    }
    open.clear()
    return count
  }

  /** Begins the journal, or goes on with it, as open-journal.ts does on a real disk. */
  async openJournal(process: Process): Promise<{journal: RunJournal; recovered: Recovered | undefined}> {
    const file = new OpenJournalFile(process, this.file)
    const now = (): number => this.world.nowMs
    const lock = {release: () => Promise.resolve()} as unknown as SourceLock
    const journalAt = (position: ConstructorParameters<typeof CommitLog>[1]): RunJournal =>
      new RunJournal({
        job: this.name,
        file: NAME,
        log: new CommitLog(file, position, error => writeFailed(NAME, error)),
        lock,
        now,
      })
    this.sessions++
    this.listed.clear()
    if (this.sessions === 1) {
      const {bytes, crc} = encodeLine(encodeHeader(this.header()), 0)
      const fileBytes = bytes.length + RESERVED_BYTES
      // The file is there for good before anything is done under it.
      this.file.write(0, Buffer.concat([bytes], fileBytes))
      this.file.sync()
      return {journal: journalAt({end: bytes.length, fileBytes, crc, counts: NO_COUNTS}), recovered: undefined}
    }
    const recovery = new Recovery(NAME)
    recovery.push(this.file.content())
    const recovered = recovery.finish()
    await settleEnd(file, recovered)
    const journal = journalAt(recovered)
    await journal.resumed('0.0.0')
    return {journal, recovered}
  }

  private header(): Parameters<typeof encodeHeader>[0] {
    const {schedule} = this.world
    return {
      schema: SCHEMA,
      version: '0.0.0',
      job: this.name,
      startedAt: '2026-11-21T00:00:00.000Z',
      kind: 'redrive',
      account: '000000000000',
      region: 'us-east-1',
      source: SOURCE_ARN,
      routes: [{to: QUEUE_ARNS[0]}],
      selectionHash: '',
      mode: schedule.keep ? 'keep' : 'move',
      fifo: schedule.fifo,
      deduplication: 'rd-sha256-arn-id',
      snapshot: [],
    }
  }
}
