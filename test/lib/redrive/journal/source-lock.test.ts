import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {existsSync, readFileSync, unlinkSync, writeFileSync} from 'node:fs'
import {mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import type {ProcessIdentity, ProcessTable} from '../../../../src/lib/redrive/journal/process-table.js'
import {localProcesses} from '../../../../src/lib/redrive/journal/process-table.js'
import {lockHolder, SourceLock} from '../../../../src/lib/redrive/journal/source-lock.js'
import {randomOf, SOURCE, START_MS, temporaryState} from './samples.js'

const KEY = createHash('sha256').update(SOURCE).digest('hex')

/** Processes that live until they are said to be dead; each has a table of its own, in which it is itself. */
class Processes {
  private readonly dead = new Set<number>()
  private next = 100

  start(): {pid: number; table: ProcessTable} {
    const pid = this.next++
    return {
      pid,
      table: {
        self: () => ({pid, host: 'here'}),
        liveness: other => (other.host !== 'here' ? 'unknown' : this.dead.has(other.pid) ? 'dead' : 'alive'),
      },
    }
  }

  kill(pid: number): void {
    this.dead.add(pid)
  }
}

async function locksDirectory(): Promise<string> {
  return (await temporaryState()).locks
}

describe('the lock of a source queue', () => {
  it('is one of many files, and names its holder', async () => {
    const directory = await locksDirectory()
    const {table} = new Processes().start()
    const lock = await SourceLock.acquire(SOURCE, 'rd-20261121-0412-k3f9', {
      directory,
      processes: table,
      now: () => START_MS,
    })
    expect(await readdir(directory)).toEqual([`${KEY}.1.lock`])
    expect(await readFile(path.join(directory, `${KEY}.1.lock`), 'utf8')).toBe(
      'held {"pid":100,"host":"here","job":"rd-20261121-0412-k3f9","since":"2026-11-21T04:12:33.000Z"}\n',
    )
    expect(await lockHolder(SOURCE, {directory, processes: table})).toEqual({
      pid: 100,
      host: 'here',
      job: 'rd-20261121-0412-k3f9',
      since: '2026-11-21T04:12:33.000Z',
      liveness: 'alive',
    })
    await lock.release()
  })

  it('is refused to others while its holder lives, and free after release', async () => {
    const directory = await locksDirectory()
    const processes = new Processes()
    const [first, second] = [processes.start(), processes.start()]
    const lock = await SourceLock.acquire(SOURCE, 'job-1', {directory, processes: first.table, now: () => START_MS})
    await expect(SourceLock.acquire(SOURCE, 'job-2', {directory, processes: second.table})).rejects.toMatchObject({
      code: 'RedriveLocked',
      exitCode: 7,
      message: `${SOURCE} is being redriven by job job-1 (process 100 on here) since 2026-11-21T04:12:33.000Z`,
    })
    await lock.release()
    await lock.release()
    expect(await lockHolder(SOURCE, {directory})).toBeUndefined()
    await (await SourceLock.acquire(SOURCE, 'job-2', {directory, processes: second.table})).release()
  })

  it('of one queue is not that of another', async () => {
    const directory = await locksDirectory()
    const locks = await Promise.all(['a', 'b'].map(name => SourceLock.acquire(`${SOURCE}-${name}`, 'job', {directory})))
    expect(await lockHolder(SOURCE, {directory})).toBeUndefined()
    for (const lock of locks) await lock.release()
  })

  it('is nobody’s where there is no folder yet', async () => {
    expect(await lockHolder(SOURCE, {directory: await locksDirectory()})).toBeUndefined()
  })

  it('is taken from a dead process', async () => {
    const directory = await locksDirectory()
    const processes = new Processes()
    const [first, second] = [processes.start(), processes.start()]
    await SourceLock.acquire(SOURCE, 'job-1', {directory, processes: first.table})
    processes.kill(first.pid)
    expect(await lockHolder(SOURCE, {directory, processes: second.table})).toMatchObject({
      job: 'job-1',
      liveness: 'dead',
    })
    const lock = await SourceLock.acquire(SOURCE, 'job-2', {directory, processes: second.table})
    expect(await lockHolder(SOURCE, {directory, processes: second.table})).toMatchObject({
      job: 'job-2',
      liveness: 'alive',
    })
    await lock.release()
  })

  it('is not taken from a process on another machine', async () => {
    const directory = await locksDirectory()
    const other: ProcessTable = {self: () => ({pid: 7, host: 'elsewhere'}), liveness: () => 'alive'}
    await SourceLock.acquire(SOURCE, 'job-1', {directory, processes: other})
    await expect(
      SourceLock.acquire(SOURCE, 'job-2', {directory, processes: new Processes().start().table}),
    ).rejects.toMatchObject({
      code: 'RedriveLocked',
      suggestions: expect.arrayContaining([expect.stringContaining(`rm ${path.join(directory, `${KEY}.1.lock`)}`)]),
    })
  })

  it.each(['', 'held', 'held {}', 'held {"pid":-1,"host":"a","job":"b","since":"c"}', 'text'])(
    'that reads %j counts as held',
    async text => {
      const directory = await locksDirectory()
      await mkdir(directory, {recursive: true})
      await writeFile(path.join(directory, `${KEY}.3.lock`), text)
      const failure = {code: 'RedriveLocked', exitCode: 7}
      await expect(SourceLock.acquire(SOURCE, 'job', {directory})).rejects.toMatchObject(failure)
      await expect(lockHolder(SOURCE, {directory})).rejects.toMatchObject(failure)
    },
  )

  it('is not read through a link', async () => {
    const directory = await locksDirectory()
    await mkdir(directory, {recursive: true})
    await symlink('/etc/hostname', path.join(directory, `${KEY}.1.lock`))
    await expect(SourceLock.acquire(SOURCE, 'job', {directory})).rejects.toMatchObject({code: 'UnsafeFile'})
  })

  it('goes to one of many that want it at once', async () => {
    const directory = await locksDirectory()
    const processes = new Processes()
    for (let round = 0; round < 5; round++) {
      const contenders = Array.from({length: 20}, () => processes.start())
      const results = await Promise.allSettled(
        contenders.map(({pid, table}) => SourceLock.acquire(SOURCE, `job-${pid}`, {directory, processes: table})),
      )
      expect(results.filter(result => result.status === 'fulfilled').length).toBe(1)
      const holder = await lockHolder(SOURCE, {directory, processes: processes.start().table})
      const winner = contenders[results.findIndex(result => result.status === 'fulfilled')]
      expect(holder?.pid).toBe(winner?.pid)
      // The next round finds a dead holder, and all see it at the same time.
      processes.kill(winner?.pid ?? 0)
    }
    expect((await readdir(directory)).length).toBeLessThanOrEqual(2)
  })

  it('is not taken by a process that was so slow that the number it takes had been passed', async () => {
    const directory = await locksDirectory()
    const processes = new Processes()
    const [first, slow, newest] = [processes.start(), processes.start(), processes.start()]
    await SourceLock.acquire(SOURCE, 'job-1', {directory, processes: first.table})
    processes.kill(first.pid)
    const fileOf = (generation: number): string => path.join(directory, `${KEY}.${generation}.lock`)
    // Between its look at the dead holder and its own attempt, two others have had the lock and the files of both are gone.
    const table: ProcessTable = {
      self: () => slow.table.self(),
      liveness(other) {
        if (other.pid === first.pid && existsSync(fileOf(1))) {
          writeFileSync(fileOf(3), readFileSync(fileOf(1), 'utf8').replace(String(first.pid), String(newest.pid)), {
            mode: 0o600,
          })
          unlinkSync(fileOf(1))
        }
        return slow.table.liveness(other)
      },
    }
    await expect(SourceLock.acquire(SOURCE, 'job-2', {directory, processes: table})).rejects.toMatchObject({
      message: expect.stringContaining(`process ${newest.pid}`),
    })
    expect(await readdir(directory)).toEqual([`${KEY}.3.lock`])
  })

  it('is held by one at a time, whoever releases it or dies with it', async () => {
    const directory = await locksDirectory()
    const processes = new Processes()
    const random = randomOf(20261121)
    let holders = 0
    let taken = 0
    const contend = async (): Promise<void> => {
      for (let turn = 0; turn < 40; turn++) {
        const {pid, table} = processes.start()
        const lock = await SourceLock.acquire(SOURCE, `job-${pid}`, {directory, processes: table}).catch(
          () => undefined,
        )
        if (lock === undefined) continue
        holders++
        taken++
        expect(holders).toBe(1)
        for (let pause = random() * 4; pause > 0; pause--) await new Promise(resolve => setImmediate(resolve))
        holders--
        if (random() < 0.5) processes.kill(pid)
        else await lock.release()
      }
    }
    await Promise.all(Array.from({length: 8}, contend))
    expect(taken).toBeGreaterThan(8)
  })
})

describe('the processes of this machine', () => {
  const self = localProcesses.self()

  it('has this process among the living', () => {
    expect(self.pid).toBe(process.pid)
    expect(localProcesses.liveness(self)).toBe('alive')
  })

  it.each<[string, Partial<ProcessIdentity>, string]>([
    ['of another machine', {host: 'elsewhere'}, 'unknown'],
    ['of an earlier start of the machine', {bootId: 'before'}, 'dead'],
    ['of another container', {pidNamespace: 'pid:[1]'}, 'unknown'],
    ['that had its process id before it', {startTicks: '1'}, 'dead'],
    ['that has gone', {pid: 4_194_303}, 'dead'],
  ])('tells a process %s', (_, other, liveness) => {
    expect(localProcesses.liveness({...self, ...other})).toBe(liveness)
  })

  it.skipIf(process.platform !== 'linux')(
    'has one that ended and was not asked for among the dead (Linux)',
    async () => {
      // The shell becomes a program that never waits for its child.
      const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], {stdio: ['ignore', 'pipe', 'ignore']})
      try {
        const [output] = (await once(parent.stdout, 'data')) as [Buffer]
        const pid = Number(output.toString())
        const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8')
        const startTicks = stat().split(' ')[21]
        while (!stat().includes(') Z ')) await new Promise(resolve => setImmediate(resolve))
        expect(localProcesses.liveness({...self, pid, startTicks})).toBe('dead')
      } finally {
        parent.kill('SIGKILL')
      }
    },
  )
})
