import {execFileSync, spawn} from 'node:child_process'
import type {ChildProcessByStdio} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdir} from 'node:fs/promises'
import path from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {beforeAll, describe, expect, it} from 'vitest'
import {readJob} from '../../../../src/lib/redrive/journal/jobs.js'
import {resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import {recoverFile} from '../../../../src/lib/redrive/journal/recovery.js'
import {verifyJournal} from '../../../../src/lib/redrive/journal/verify.js'
import type {WriterOrder, WriterReport} from './journal-writer.js'
import {randomOf, RUN, temporaryDirectory, temporaryState} from './samples.js'

let writer: string

beforeAll(async () => {
  let cleanUp = (): Promise<void> => Promise.resolve()
  writer = path.join(await temporaryDirectory(remove => (cleanUp = remove)), 'writer.mjs')
  const entry = fileURLToPath(new URL('journal-writer.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  })
  await chmod(path.dirname(writer), 0o755)
  return cleanUp
})

interface Writer {
  readonly child: ChildProcessByStdio<null, Readable, null>
  /** Every report so far. */
  readonly reports: WriterReport[]
  /** Resolves when there are so many reports, or the process has ended. */
  reported(count: number): Promise<void>
  readonly ended: Promise<unknown>
}

function start(order: Omit<WriterOrder, 'run'>, {through = [], uid}: {through?: string[]; uid?: number} = {}): Writer {
  const [command, ...args] = [...through, process.execPath, writer, JSON.stringify({...order, run: RUN})]
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'inherit'], uid})
  const reports: WriterReport[] = []
  const waiting = new Set<() => void>()
  const lines = createInterface(child.stdout)
  lines.on('line', line => {
    reports.push(JSON.parse(line) as WriterReport)
    for (const check of waiting) check()
  })
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')])
  const reported = (count: number): Promise<void> =>
    new Promise(resolve => {
      const check = (): void => (reports.length >= count ? resolve() : undefined)
      waiting.add(check)
      check()
      void ended.then(() => resolve())
    })
  return {child, reports, reported, ended}
}

function jobOf(reports: readonly WriterReport[]): string {
  const [first] = reports
  if (first === undefined || !('job' in first)) throw new Error(`the writer began with ${JSON.stringify(first)}`)
  return first.job
}

/** The last claim about each message. */
function claimsOf(reports: readonly WriterReport[]): Map<string, string> {
  return new Map(
    reports.flatMap(report => ('claim' in report ? report.ids.map(id => [id, report.claim] as const) : [])),
  )
}

const ALLOWED: Record<string, readonly string[]> = {
  intent: ['intent', 'sent', 'deleted', 'rejected', 'unknown'],
  sent: ['sent', 'deleted'],
  rejected: ['rejected'],
  unknown: ['unknown'],
}

describe('kill -9', () => {
  it('at any moment leaves everything that was reported, and a journal to go on with', async () => {
    const state = await temporaryState()
    const random = randomOf(8)
    const claims = new Map<string, string>()
    let job: string | undefined
    for (let round = 0; round < 6; round++) {
      const process = start({task: 'write', root: state.root, job, firstNumber: round * 1_000_000})
      await process.reported(1 + Math.floor(random() * 300))
      process.child.kill('SIGKILL')
      await process.ended
      job = jobOf(process.reports)
      for (const [id, claim] of claimsOf(process.reports)) claims.set(id, claim)
      const {states} = await recoverFile(path.join(state.runs, `${job}.wal`))
      const wrong = [...claims].filter(([id, claim]) => !ALLOWED[claim]?.includes(states.get(id) ?? ''))
      expect(wrong).toEqual([])
      expect(await readJob(job, {state})).toMatchObject({state: 'interrupted'})
    }
    expect(claims.size).toBeGreaterThan(500)
    const report = await verifyJournal(path.join(state.runs, `${job}.wal`))
    expect(report.problems.filter(problem => problem.message.includes('although'))).toEqual([])
    expect(report.verdict).not.toBe('damaged')
  })

  it('lets the lock go, and nothing less does', async () => {
    const state = await temporaryState()
    const process = start({task: 'hold', root: state.root, firstNumber: 0})
    await process.reported(1)
    const job = jobOf(process.reports)
    expect(await readJob(job, {state})).toMatchObject({state: 'running', holder: {pid: process.child.pid}})
    const options = {state, version: '0.1.0'}
    await expect(resumeJournal(job, RUN, options)).rejects.toMatchObject({
      code: 'RedriveLocked',
      message: expect.stringContaining(`process ${process.child.pid}`),
    })
    process.child.kill('SIGKILL')
    await process.ended
    await (await resumeJournal(job, RUN, options)).journal.close()
  })
})

describe('a full disk', () => {
  it.skipIf(!isThere('prlimit'))('stops the next send, and keeps the outcome of every send that was made', async () => {
    const state = await temporaryState()
    const process = start({task: 'fill', root: state.root, firstNumber: 0}, {through: ['prlimit', '--fsize=600000']})
    await process.ended
    expect(process.child.exitCode).toBe(0)
    expect(process.reports[1]).toMatchObject({
      refused: 'JournalWriteFailed',
      message: expect.stringContaining('the file has reached the size limit of this process'),
    })
    const claims = claimsOf(process.reports)
    expect(claims.size).toBeGreaterThan(100)
    const {states, counts, ended} = await recoverFile(path.join(state.runs, `${jobOf(process.reports)}.wal`))
    for (const id of claims.keys()) expect(states.get(id)).toBe('sent')
    expect(counts).toMatchObject({intents: claims.size, sent: claims.size})
    expect(ended).toMatchObject({state: 'stopped', totals: {moved: claims.size}})
  })
})

describe('the folder of another user', () => {
  it.skipIf(process.getuid?.() !== 0)('is not used, even where it is open to all (needs root to set up)', async () => {
    const root = path.join(await temporaryDirectory(), 'msgops')
    await mkdir(path.join(root, 'runs'), {recursive: true})
    for (const directory of [path.dirname(root), root, path.join(root, 'runs')]) await chmod(directory, 0o777)
    const process = start({task: 'hold', root, firstNumber: 0}, {uid: 65_534})
    await process.reported(1)
    process.child.kill()
    await process.ended
    expect(process.reports).toEqual([{failed: 'UnsafeFile'}])
  })
})

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], {stdio: 'ignore'})
    return true
  } catch {
    return false
  }
}
