import {randomUUID} from 'node:crypto'
import {chmod, link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Backup} from '../../../src/lib/messages/backup.js'
import {openBackup} from '../../../src/lib/messages/backup.js'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import {localDisk} from '../../../src/lib/private-files.js'
import {heldBack, systemError, WatchedDisk} from '../redrive/journal/disks.js'
import {message} from '../selection/message.js'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'backup-'))
  file = path.join(folder, 'dlq.ndjson')
})

afterEach(() => rm(folder, {recursive: true}))

const view = (messageId: string, body = 'x'): MessageView => ({messageId, body, messageAttributes: {}, attributes: {}})
const line = (messageId: string, body = 'x'): string =>
  `{"messageId":"${messageId}","body":"${body}","messageAttributes":{},"attributes":{}}\n`
const contents = (): Promise<string> => readFile(file, 'utf8')

async function written(...views: MessageView[]): Promise<string> {
  const backup = await openBackup(file)
  await backup.append(views)
  await backup.close()
  return contents()
}

describe('openBackup', () => {
  it('writes one view a line, every character of it', async () => {
    const body = '{"id": 9007199254740993}\r\n\t"\\ \u2028\u2029 é😀\u007f\ufffd'
    const given = message({
      messageId: 'm1',
      body,
      messageAttributes: Object.fromEntries([
        ['__proto__', {dataType: 'Number.int', stringValue: '1.0'}],
        ['b', {dataType: 'Binary', binaryValue: 'AAEC/w=='}],
      ]),
      source: 'arn:aws:sqs:eu-west-1:111122223333:orders',
    })
    expect(await written(given, view('m2'))).toBe(
      '{"messageId":"m1","body":"{\\"id\\": 9007199254740993}\\r\\n\\t\\"\\\\ \u2028\u2029 é😀\u007f\ufffd","messageAttributes":{"__proto__":{"dataType":"Number.int","stringValue":"1.0"},"b":{"dataType":"Binary","binaryValue":"AAEC/w=="}},"attributes":{"SentTimestamp":"1767225600000","ApproximateReceiveCount":"4"},"sentAt":"2026-01-01T00:00:00.000Z","approximateReceiveCount":4,"source":"arn:aws:sqs:eu-west-1:111122223333:orders"}\n' +
        line('m2'),
    )
    const [first = ''] = (await contents()).split('\n')
    expect((JSON.parse(first) as MessageView).body).toBe(body)
  })

  it('makes a file for the user alone, whatever the umask', async () => {
    const umask = process.umask(0o777)
    try {
      await (await openBackup(file)).close()
    } finally {
      process.umask(umask)
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await contents()).toBe('')
  })

  it('makes the name of a new file durable, and one sync an append', async () => {
    const disk = new WatchedDisk()
    const backup = await openBackup(file, {disk})
    expect(disk.calls).toEqual(['create', 'syncDirectory'])
    await backup.append([view('a'), view('b')])
    expect(backup.count).toBe(2)
    await backup.append([])
    await backup.append([view('c')])
    expect(backup.count).toBe(3)
    await backup.close()
    expect(disk.calls).toEqual(['create', 'syncDirectory', 'write', 'datasync', 'write', 'datasync', 'close'])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a file', () => writeFile(file, 'precious')],
    ['an empty file', () => writeFile(file, '')],
    ['a folder', () => mkdir(file)],
    ['a link to nothing', () => symlink(path.join(folder, 'elsewhere'), file)],
  ])('overwrites nothing: %s', async (_what, make) => {
    await make()
    await expect(openBackup(file)).rejects.toMatchObject({
      code: 'BackupExists',
      exitCode: 2,
      message: `${file} exists already, and a backup never overwrites anything`,
      suggestions: [
        'Give another file with --backup, or move that one away',
        'A job that was interrupted goes on with its own file: msgops job resume JOB',
      ],
    })
    await expect(stat(path.join(folder, 'elsewhere'))).rejects.toMatchObject({code: 'ENOENT'})
  })

  it('keeps what is in a file that it refuses', async () => {
    await writeFile(file, 'precious')
    await expect(openBackup(file)).rejects.toThrow()
    expect(await contents()).toBe('precious')
  })

  it.each(['create', 'syncDirectory'] as const)(
    'says so when the disk fails at %s, and leaves nothing open',
    async kind => {
      const disk = new WatchedDisk()
      disk.before = call => {
        if (call === kind) throw systemError('ENOSPC')
      }
      await expect(openBackup(file, {disk})).rejects.toMatchObject({
        code: 'BackupWriteFailed',
        exitCode: 1,
        suggestions: [`Free space on the disk of ${folder}`],
      })
      expect(disk.count('close')).toBe(kind === 'create' ? 0 : 1)
    },
  )

  it('says so when there is no such folder', async () => {
    await expect(openBackup(path.join(folder, 'missing', 'dlq.ndjson'))).rejects.toMatchObject({
      code: 'BackupWriteFailed',
      exitCode: 1,
    })
  })
})

describe('append', () => {
  it('resolves when the messages are on the disk, and not before', async () => {
    const disk = new WatchedDisk()
    const {reached, open} = heldBack(disk, 'datasync')
    const backup = await openBackup(file, {disk})
    let durable = false
    const appended = backup.append([view('a')]).then(() => (durable = true))
    await reached
    expect(await contents()).toBe(line('a'))
    await new Promise(resolve => setImmediate(resolve))
    expect([durable, backup.count]).toEqual([false, 0])
    open()
    await appended
    expect(backup.count).toBe(1)
    await backup.close()
  })

  it('shares the next sync among all that come in while one runs', async () => {
    const disk = new WatchedDisk()
    const {reached, open} = heldBack(disk, 'datasync')
    const backup = await openBackup(file, {disk})
    const first = backup.append([view('a')])
    await reached
    const others = Array.from({length: 50}, (_, index) => backup.append([view(`m${index}`)]))
    open()
    await Promise.all([first, ...others])
    expect([disk.count('write'), disk.count('datasync'), backup.count]).toEqual([2, 2, 51])
    await backup.close()
    expect(await contents()).toBe(line('a') + Array.from({length: 50}, (_, index) => line(`m${index}`)).join(''))
  })

  it('shares a sync among what comes in at once, up to 4 MiB', async () => {
    const disk = new WatchedDisk()
    const backup = await openBackup(file, {disk})
    await Promise.all(Array.from({length: 9}, (_, index) => backup.append([view(`m${index}`, 'x'.repeat(1_048_576))])))
    expect(disk.count('datasync')).toBe(3)
    await backup.close()
    expect((await contents()).split('\n').map(text => text.length)).toEqual([
      ...Array<number>(9).fill(line('m0', '').length - 1 + 1_048_576),
      0,
    ])
  })

  it('writes on where the disk takes fewer bytes at once', async () => {
    const disk = new WatchedDisk()
    disk.mostBytes = 7
    const backup = await openBackup(file, {disk})
    await Promise.all([backup.append([view('a'), view('b')]), backup.append([view('c')])])
    await backup.close()
    expect(await contents()).toBe(line('a') + line('b') + line('c'))
  })

  it.each([
    ['write', 'ENOSPC', 'the disk is full'],
    ['write', 'EFBIG', 'the file has reached the size limit of this process'],
    ['datasync', 'EIO', 'the disk reported an I/O error'],
  ] as const)('breaks for good when a %s fails with %s', async (kind, errno, reason) => {
    const disk = new WatchedDisk()
    const backup = await openBackup(file, {disk})
    await backup.append([view('safe')])
    let failed = false
    disk.before = call => {
      if (call !== kind || failed) return
      failed = true
      throw systemError(errno)
    }
    const outcomes = await Promise.allSettled([backup.append([view('a')]), backup.append([view('b')])])
    const failure = {
      code: 'BackupWriteFailed',
      exitCode: 1,
      message: `Cannot write the backup ${file}: ${reason}. What it does not hold is not touched.`,
    }
    expect(outcomes).toMatchObject(Array(2).fill({status: 'rejected', reason: failure}))
    await expect(backup.append([view('c')])).rejects.toMatchObject(failure)
    await expect(backup.append([])).rejects.toMatchObject(failure)
    await expect(backup.close()).rejects.toMatchObject(failure)
    expect([backup.count, disk.count('close')]).toEqual([1, 1])
    expect(await contents()).toBe(line('safe'))
  })

  it('writes nothing more of what waits behind a sync that fails', async () => {
    const disk = new WatchedDisk()
    const {reached, open} = heldBack(disk, 'write')
    const backup = await openBackup(file, {disk})
    const first = backup.append([view('a')])
    await reached
    const second = backup.append([view('b')])
    disk.before = call => {
      disk.before = () => undefined
      if (call === 'datasync') throw systemError('EIO')
    }
    open()
    const failure = {code: 'BackupWriteFailed'}
    expect(await Promise.allSettled([first, second])).toMatchObject(
      Array(2).fill({status: 'rejected', reason: failure}),
    )
    await expect(backup.close()).rejects.toMatchObject(failure)
    expect(disk.calls).toEqual(['create', 'syncDirectory', 'write', 'datasync', 'truncate', 'close'])
    expect(await contents()).toBe('')
  })

  it('is over once the file is closed, which waits for what is being written', async () => {
    const backup = await openBackup(file)
    const appended = backup.append([view('a')])
    await Promise.all([backup.close(), backup.close(), appended])
    expect(await contents()).toBe(line('a'))
    await expect(backup.append([view('b')])).rejects.toThrow('the backup is closed')
  })

  it('says so when closing fails', async () => {
    const disk = new WatchedDisk()
    const backup = await openBackup(file, {disk})
    disk.before = call => {
      if (call === 'close') throw systemError('EIO')
    }
    await expect(backup.close()).rejects.toMatchObject({code: 'BackupWriteFailed', exitCode: 1})
    disk.before = () => undefined
  })
})

describe('openBackup, to go on', () => {
  const resumed = (options = {}): Promise<Backup> => openBackup(file, {resume: true, ...options})

  it.each([
    ['a file with its end', '', 2],
    ['half a line', '{"messageId":"c","bo', 2],
    ['a line without its line feed', line('c').slice(0, -1), 2],
    ['zeros', '\0'.repeat(4096), 2],
    ['half a character', Buffer.from([0x7b, 0xc3]), 2],
  ])('goes on behind %s', async (_what, torn, count) => {
    await writeFile(file, Buffer.concat([Buffer.from(line('a') + line('b', 'é')), Buffer.from(torn)]), {mode: 0o600})
    const disk = new WatchedDisk()
    const backup = await resumed({disk})
    expect(disk.calls).toEqual(['open', 'truncate', 'datasync', 'syncDirectory'])
    expect(await contents()).toBe(line('a') + line('b', 'é'))
    expect(backup.count).toBe(count)
    await backup.append([view('d')])
    expect(backup.count).toBe(count + 1)
    await backup.close()
    expect(await contents()).toBe(line('a') + line('b', 'é') + line('d'))
  })

  it('goes on with an empty file, one that is torn from the start, and one that is not there', async () => {
    for (const text of ['', '{"mess', undefined]) {
      await rm(file, {force: true})
      if (text !== undefined) await writeFile(file, text, {mode: 0o600})
      const backup = await resumed()
      expect(backup.count).toBe(0)
      await backup.append([view('a')])
      await backup.close()
      expect(await contents()).toBe(line('a'))
      expect((await stat(file)).mode & 0o777).toBe(0o600)
    }
  })

  it('goes on behind lines of any length', async () => {
    const views = [1, 1_048_500, 1_048_576, 3, 2_097_152, 2_097_152].map((length, index) =>
      view(`m${index}`, 'é'.repeat(length)),
    )
    const before = await written(...views)
    const backup = await resumed()
    expect(backup.count).toBe(6)
    await backup.close()
    expect(await contents()).toBe(before)
  })

  it.each([
    ['no JSON', `${line('a')}oops\n${line('b')}`, 'line 2 is no JSON'],
    ['no JSON at its end', `${line('a')}${line('b')}oops\n`, 'line 3 is no JSON'],
    ['a half line before others', `${line('a')}{"messageId":"b"\n${line('c')}`, 'line 2 is no JSON'],
    ['an empty line', `${line('a')}\n`, 'line 2 is no JSON'],
    ['another document', '{"name":"msgops","version":"1.0.0"}\n', 'line 1 is no message'],
    ['a list', '[]\n', 'line 1 is no message'],
    ['null', 'null\n', 'line 1 is no message'],
    ['a body that is no text', '{"messageId":"a","body":{}}\n', 'line 1 is no message'],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('{"messageId":"a","body":"'), Buffer.from([0xff]), Buffer.from('"}\n')]),
      'line 1 is no JSON',
    ],
    ['a line without end', `${line('a')}${'x'.repeat(9 * 1_048_576)}`, 'line 2 is longer than 8388608 bytes'],
  ])('refuses a file with %s, and leaves it as it is', async (_what, text, why) => {
    await writeFile(file, text, {mode: 0o600})
    await expect(resumed()).rejects.toMatchObject({
      code: 'BackupDamaged',
      exitCode: 7,
      message: `${file} is not gone on with: ${why}`,
    })
    expect(Buffer.from(text).equals(await readFile(file))).toBe(true)
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['a link', () => symlink(path.join(folder, 'other'), file), 'it is a symbolic link'],
    ['a folder', () => mkdir(file), 'it is no plain file'],
    ['a file that others may read', () => chmod(file, 0o640), 'others may read it'],
    ['a file that others may write to', () => chmod(file, 0o602), 'others may write to it'],
    ['a file with another name', () => link(file, path.join(folder, 'name')), 'it has another name'],
  ])('refuses %s', async (what, make, why) => {
    await writeFile(what === 'a link' ? path.join(folder, 'other') : file, `${line('a')}torn`, {mode: 0o600})
    if (what === 'a folder') await rm(file)
    await make()
    await expect(resumed()).rejects.toMatchObject({
      code: 'UnsafeFile',
      exitCode: 7,
      message: `${file} is not used: ${why}`,
    })
    if (what !== 'a folder') expect(await contents()).toBe(`${line('a')}torn`)
  })

  it.each(['open', 'truncate', 'datasync', 'syncDirectory'] as const)(
    'says so when the disk fails at %s',
    async kind => {
      await writeFile(file, line('a'), {mode: 0o600})
      const disk = new WatchedDisk()
      disk.before = call => {
        if (call === kind) throw systemError('EIO')
      }
      await expect(resumed({disk})).rejects.toMatchObject({code: 'BackupWriteFailed', exitCode: 1})
      expect(disk.count('close')).toBe(kind === 'open' ? 0 : 1)
    },
  )

  it('holds every message that was reported as safe, wherever the process died', async () => {
    const views = Array.from({length: 12}, (_, index) => view(`m${index}`, randomUUID()))
    const whole = await written(...views)
    const bytes = Buffer.from(whole)
    for (let cut = 0; cut <= bytes.length; cut += 7) {
      await rm(file)
      await writeFile(file, bytes.subarray(0, cut), {mode: 0o600})
      const backup = await resumed({disk: localDisk})
      const kept = bytes.subarray(0, cut).toString().split('\n').length - 1
      expect(backup.count).toBe(kept)
      await backup.append(views.slice(kept))
      await backup.close()
      expect(await contents()).toBe(whole)
    }
  })
})
