import {chmod, mkdir, readdir, readFile, rename, stat, symlink, truncate, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {OutcomeRecord} from '../../../../src/lib/redrive/client/journal.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {JournalOptions, NewRun} from '../../../../src/lib/redrive/journal/open-journal.js'
import {stateDirectoryAt} from '../../../../src/lib/redrive/journal/state-directory.js'
import {recoverFile} from '../../../../src/lib/redrive/journal/recovery.js'
import {PowerCutDisk, WatchedDisk} from './disks.js'
import {
  DESTINATION,
  messageId,
  randomOf,
  recoverBytes,
  RUN,
  SOURCE,
  START_MS,
  temporaryDirectory,
  temporaryState,
  TOTALS,
} from './samples.js'

async function optionsFor(overrides: Partial<JournalOptions> = {}): Promise<JournalOptions> {
  return {state: await temporaryState(), version: '0.1.0', now: () => START_MS, ...overrides}
}

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8)
}

function underUmask(mask: number): void {
  const before = process.umask(mask)
  onTestFinished(() => void process.umask(before))
}

describe('a new journal', () => {
  it.each(['000', '022', '777'])('is for its user alone, under umask %s too', async mask => {
    const options = await optionsFor()
    underUmask(Number.parseInt(mask, 8))
    const journal = await createJournal(RUN, options)
    const {root, runs, locks} = options.state
    const [lock] = await readdir(locks)
    expect(await Promise.all([path.dirname(root), root, runs, locks].map(modeOf))).toEqual(['700', '700', '700', '700'])
    expect(await Promise.all([journal.file, path.join(locks, lock ?? '')].map(modeOf))).toEqual(['600', '600'])
    await journal.close()
  })

  it('closes a folder that others could look into', async () => {
    const options = await optionsFor()
    await mkdir(options.state.runs, {recursive: true, mode: 0o755})
    await chmod(options.state.runs, 0o777)
    await (await createJournal(RUN, options)).close()
    expect(await modeOf(options.state.runs)).toBe('700')
  })

  it('is durable with its name: file, then folder', async () => {
    const disk = new WatchedDisk()
    const options = await optionsFor({disk})
    const journal = await createJournal(RUN, options)
    expect(disk.calls.slice(-4)).toEqual(['create', 'write', 'datasync', 'syncDirectory'])
    // The folders that were made: state, msgops, runs and locks; and the journal's own.
    expect(disk.count('syncDirectory')).toBe(5)
    await journal.close()
  })

  it('begins with what it is bound to', async () => {
    const options = await optionsFor({random: () => Uint8Array.of(19, 3, 15, 9)})
    const journal = await createJournal(RUN, options)
    expect(journal.job).toBe('rd-20261121-0412-k3f9')
    const [first = ''] = (await readFile(journal.file, 'utf8')).split('\n')
    expect(JSON.parse(first.split(' ').slice(2).join(' '))).toEqual({
      journal: 'msgops',
      schema: 1,
      version: '0.1.0',
      job: 'rd-20261121-0412-k3f9',
      startedAt: '2026-11-21T04:12:33.000Z',
      kind: 'redrive',
      account: '123456789012',
      region: 'eu-west-1',
      source: 'arn:aws:sqs:eu-west-1:123456789012:orders-dlq',
      routes: [{to: 'arn:aws:sqs:eu-west-1:123456789012:orders'}],
      selectionHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      mode: 'move',
      fifo: false,
      deduplication: 'rd-sha256-source-message-id',
      profile: 'ops',
      snapshot: [{arn: 'arn:aws:sqs:eu-west-1:123456789012:orders-dlq', fifo: false, maximumMessageSize: 262144}],
    })
    await journal.close()
  })

  it('takes another id when the first one is taken', async () => {
    const ids = [Uint8Array.of(1, 1, 1, 1), Uint8Array.of(1, 1, 1, 1), Uint8Array.of(2, 2, 2, 2)]
    const options = await optionsFor({random: () => ids.shift() ?? Uint8Array.of(3, 3, 3, 3)})
    const first = await createJournal(RUN, options)
    await first.intent([messageId(1)])
    await first.close()
    const second = await createJournal(RUN, options)
    expect([first.job, second.job]).toEqual(['rd-20261121-0412-1111', 'rd-20261121-0412-2222'])
    expect((await recoverFile(first.file)).counts.intents).toBe(1)
    await second.close()
  })

  it('is not written through a link', async () => {
    const options = await optionsFor({random: () => Uint8Array.of(1, 1, 1, 1)})
    const target = path.join(await temporaryDirectory(), 'target')
    await mkdir(options.state.runs, {recursive: true})
    await symlink(target, path.join(options.state.runs, 'rd-20261121-0412-1111.wal'))
    await expect(createJournal(RUN, options)).rejects.toMatchObject({code: 'JournalWriteFailed'})
    await expect(stat(target)).rejects.toMatchObject({code: 'ENOENT'})
  })

  it.each(['root', 'runs', 'locks'] as const)('is not kept behind a link (%s)', async which => {
    const options = await optionsFor()
    const elsewhere = await temporaryDirectory()
    await mkdir(path.dirname(options.state[which]), {recursive: true})
    await symlink(elsewhere, options.state[which])
    await expect(createJournal(RUN, options)).rejects.toMatchObject({code: 'UnsafeFile', exitCode: 7})
    expect(await readdir(elsewhere)).toEqual([])
  })

  it('is refused while another one of the same source is open', async () => {
    const options = await optionsFor()
    const journal = await createJournal(RUN, options)
    await expect(createJournal(RUN, options)).rejects.toMatchObject({
      code: 'RedriveLocked',
      exitCode: 7,
      message: `${SOURCE} is being redriven by job ${journal.job} (process ${process.pid} on ${hostname()}) since 2026-11-21T04:12:33.000Z`,
    })
    const other = await createJournal({...RUN, source: `${SOURCE}-2`}, options)
    await journal.close()
    await other.close()
    await (await createJournal(RUN, options)).close()
  })

  it('says which folder is closed to the user', async () => {
    const options = await optionsFor({
      disk: Object.assign(new WatchedDisk(), {
        create: () => Promise.reject(Object.assign(new Error('EACCES'), {code: 'EACCES'})),
      }),
    })
    await expect(createJournal(RUN, options)).rejects.toMatchObject({
      code: 'JournalWriteFailed',
      message: `The folder ${options.state.runs} is closed to this user, and nothing is sent without a journal`,
    })
  })
})

it('ends at once where no folder can be made, as in /proc, which says that the parent is missing', async () => {
  const state = stateDirectoryAt('/proc/no-such-process/msgops')
  await expect(createJournal(RUN, {...(await optionsFor()), state})).rejects.toMatchObject({
    code: 'JournalWriteFailed',
    exitCode: 1,
  })
})

describe('what is written', () => {
  it('holds no body, credential or receipt handle, wherever they were planted', async () => {
    const options = await optionsFor()
    const planted = {
      body: 'CANARY-body',
      Body: 'CANARY-body',
      receiptHandle: 'CANARY-handle',
      ReceiptHandle: 'CANARY-handle',
      secretAccessKey: 'CANARY-secret',
      sessionToken: 'CANARY-token',
    }
    const run: NewRun = {
      ...RUN,
      ...planted,
      endpoint: 'https://CANARY-user:CANARY-secret@sqs.example.com/CANARY-path?token=CANARY-token',
      routes: [{to: DESTINATION, ...planted}],
      snapshot: [{arn: SOURCE, fifo: false, ...planted}],
    }
    const journal = await createJournal(run, options)
    const outcomes = (['sent', 'rejected', 'unknown', 'unverified'] as const).map((state, index): OutcomeRecord => ({
      messageId: messageId(index),
      state,
      newMessageId: messageId(100 + index),
      ...planted,
    }))
    await journal.intent(outcomes.map(outcome => outcome.messageId))
    await journal.outcome(outcomes)
    await journal.deleted([messageId(0)])
    await journal.end('stopped', {...TOTALS, ...planted})
    await journal.close()
    const written = await everythingUnder(options.state.root)
    expect(written).toContain(messageId(100))
    expect(written).toContain('"endpoint":"https://sqs.example.com"')
    expect(written).not.toContain('CANARY')
  })

  it('is a line of records for each sync', async () => {
    const journal = await createJournal(RUN, await optionsFor())
    await journal.intent([messageId(1), messageId(2), messageId(3), messageId(4)], ['d1', 'd2', 'd3', 'd4'])
    await journal.outcome([
      {messageId: messageId(1), state: 'sent', newMessageId: messageId(11)},
      {messageId: messageId(2), state: 'rejected'},
      {messageId: messageId(3), state: 'unknown'},
      {messageId: messageId(4), state: 'unverified', newMessageId: messageId(14)},
    ])
    await journal.deleted([messageId(1)])
    await journal.end('stopped', TOTALS)
    await journal.close()
    const lines = (await readFile(journal.file, 'utf8')).split('\n').slice(1)
    expect(lines.map(line => line.split(' ').slice(2).join(' '))).toEqual([
      `{"c":[4,0,0,0,0,0,0],"r":[{"t":"I","at":1795234353000,"m":["${messageId(1)}","${messageId(2)}","${messageId(3)}","${messageId(4)}"],"h":["d1","d2","d3","d4"]}]}`,
      `{"c":[4,1,1,1,1,0,0],"r":[{"t":"S","m":["${messageId(1)}"],"n":["${messageId(11)}"]},{"t":"X","m":["${messageId(2)}"]},{"t":"U","m":["${messageId(3)}"]},{"t":"V","m":["${messageId(4)}"],"n":["${messageId(14)}"]}]}`,
      `{"c":[4,1,1,1,1,1,0],"r":[{"t":"D","m":["${messageId(1)}"]},{"t":"E","at":1795234353000,"state":"stopped","totals":{"selected":3,"moved":2,"skipped":0,"failed":1,"left":0,"possibleDuplicates":0,"discarded":0}}]}`,
      '',
    ])
  })

  it('gives the reserved space back when the run has ended, and only then', async () => {
    const options = await optionsFor()
    const journal = await createJournal(RUN, options)
    await journal.intent([messageId(1)])
    await journal.close()
    expect((await stat(journal.file)).size).toBeGreaterThan(262_144)
    const {journal: again} = await resumeJournal(journal.job, RUN, options)
    await again.end('stopped', TOTALS)
    await again.close()
    expect((await stat(journal.file)).size).toBeLessThan(2000)
  })

  it.each([
    ['an id that SQS does not give', (j: Journal) => j.intent(['a b'])],
    ['an id too long to have room for', (j: Journal) => j.outcome([{messageId: 'x'.repeat(101), state: 'unknown'}])],
    ['a digest too few', (j: Journal) => j.intent([messageId(1), messageId(2)], ['d'])],
    ['a copy without its MessageId', (j: Journal) => j.outcome([{messageId: messageId(1), state: 'sent'}])],
  ])('does not take %s', async (_, call) => {
    const journal = await createJournal(RUN, await optionsFor())
    await expect(call(journal)).rejects.toThrow()
    await journal.intent([messageId(1)])
    await journal.close()
    await expect(journal.intent([messageId(2)])).rejects.toThrow('is closed')
    expect((await recoverFile(journal.file)).counts.intents).toBe(1)
    await journal.close()
  })
})

type Journal = Awaited<ReturnType<typeof createJournal>>

async function everythingUnder(directory: string): Promise<string> {
  const entries = await readdir(directory, {recursive: true, withFileTypes: true})
  const files = entries.filter(entry => entry.isFile())
  const texts = await Promise.all(files.map(file => readFile(path.join(file.parentPath, file.name), 'latin1')))
  return files.map(file => file.name).join() + texts.join()
}

describe('going on with a run', () => {
  it('knows what was done, and adds to it', async () => {
    const options = await optionsFor()
    const first = await createJournal(RUN, options)
    await first.intent([messageId(1), messageId(2), messageId(3)])
    await first.outcome([{messageId: messageId(1), state: 'sent', newMessageId: messageId(11)}])
    await first.close()
    const {journal, recovered} = await resumeJournal(first.job, RUN, {...options, version: '0.2.0'})
    expect(new Map(recovered.states.entries())).toEqual(
      new Map([
        [messageId(1), 'sent'],
        [messageId(2), 'intent'],
        [messageId(3), 'intent'],
      ]),
    )
    await journal.intent([messageId(2)])
    await journal.outcome([{messageId: messageId(2), state: 'sent', newMessageId: messageId(12)}])
    await journal.deleted([messageId(1), messageId(2)])
    await journal.end('completed', TOTALS)
    await journal.close()
    const {states, counts, ended} = await recoverFile(journal.file)
    expect(counts).toEqual({intents: 4, sent: 2, rejected: 0, unknown: 0, unverified: 0, deleted: 2, discarded: 0})
    expect(states.counts).toMatchObject({deleted: 2, intent: 1})
    // The second message was sent twice; the third perhaps once.
    expect([...states.uncertain()].map(message => message.messageId)).toEqual([messageId(2), messageId(3)])
    expect(ended).toMatchObject({state: 'completed'})
  })

  it('is no longer ended once it goes on', async () => {
    const options = await optionsFor()
    const first = await createJournal(RUN, options)
    await first.end('interrupted', TOTALS)
    await first.close()
    const {journal, recovered} = await resumeJournal(first.job, RUN, options)
    expect(recovered.ended).toMatchObject({state: 'interrupted'})
    expect((await recoverFile(journal.file)).ended).toBeUndefined()
    await journal.close()
  })

  it('any number of times knows the same', async () => {
    const options = await optionsFor()
    const {job, file} = await interrupted(options)
    const known = (): Promise<unknown> => recoverFile(file).then(({states}) => [...states.entries()])
    const before = await known()
    for (let time = 0; time < 3; time++) await (await resumeJournal(job, RUN, options)).journal.close()
    expect(await known()).toEqual(before)
  })

  it('cuts a torn end off, and reads afterwards', async () => {
    const options = await optionsFor()
    const {job, file} = await interrupted(options)
    const bytes = await readFile(file)
    const end = bytes.lastIndexOf(0x0a) + 1
    bytes.write(`0badc0de 999 {"c":[1,${'0'.repeat(600)}`, end)
    await writeFile(file, bytes)
    const {journal, recovered} = await resumeJournal(job, RUN, options)
    expect(recovered.tornBytes).toBe(621)
    await journal.intent([messageId(9)])
    await journal.close()
    const {states, tornBytes} = await recoverFile(file)
    expect(tornBytes).toBe(0)
    expect(states.get(messageId(9))).toBe('intent')
  })

  it('goes on after a power cut, and after another one', async () => {
    const state = await temporaryState()
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(), async (turns, seed) => {
        const disk = new PowerCutDisk()
        const options = {state, version: '0.1.0', disk}
        const journal = await createJournal(RUN, options)
        const ids = Array.from({length: 30}, (_, index) => messageId(index))
        const answered = new Set<string>()
        const done = Promise.all(ids.map(id => journal.intent([id]).then(() => answered.add(id))))
        for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
        const left = disk.journal.afterPowerCut(randomOf(seed))
        const known = [...answered]
        await done
        await journal.close()
        await writeFile(journal.file, left, {mode: 0o600})
        const resumed = await resumeJournal(journal.job, RUN, {state, version: '0.1.0'})
        for (const id of known) expect(resumed.recovered.states.get(id)).toBe('intent')
        await resumed.journal.intent([messageId(99)])
        const again = recoverBytes(await readFile(journal.file))
        expect(again.counts.intents).toBe(resumed.recovered.counts.intents + 1)
        await resumed.journal.close()
      }),
      {numRuns: 40},
    )
  })

  it.each([
    ['account', {account: '999999999999'}, 'account is 123456789012 in the journal and 999999999999 here'],
    ['region', {region: 'us-east-1'}, 'region is eu-west-1 in the journal and us-east-1 here'],
    ['source', {source: `${SOURCE}-2`}, `source is ${SOURCE} in the journal and ${SOURCE}-2 here`],
    [
      'endpoint',
      {endpoint: 'http://127.0.0.1:4747/x'},
      'endpoint is none in the journal and http://127.0.0.1:4747 here',
    ],
    ['selection', {selectionHash: 'other'}, `selectionHash is ${RUN.selectionHash} in the journal and other here`],
    ['FIFO', {fifo: true}, 'fifo is false in the journal and true here'],
    ['mode', {mode: 'keep'}, 'mode is move in the journal and keep here'],
    [
      'deduplication',
      {deduplication: 'other'},
      'deduplication is rd-sha256-source-message-id in the journal and other here',
    ],
    [
      'destination',
      {routes: [{to: `${DESTINATION}-2`}]},
      `routes is [{"to":"${DESTINATION}"}] in the journal and [{"to":"${DESTINATION}-2"}] here`,
    ],
    [
      'account and region',
      {account: '999999999999', region: 'us-east-1'},
      'account is 123456789012 in the journal and 999999999999 here; region is eu-west-1 in the journal and us-east-1 here',
    ],
  ] as const)('is refused under another %s', async (_, other, text) => {
    const options = await optionsFor()
    const {job, file} = await interrupted(options)
    const before = await readFile(file)
    await expect(resumeJournal(job, {...RUN, ...other}, options)).rejects.toMatchObject({
      code: 'JournalMismatch',
      exitCode: 7,
      message: `The journal ${file} is of another redrive: ${text}`,
    })
    expect((await readFile(file)).equals(before)).toBe(true)
    await (await createJournal(RUN, options)).close()
  })

  it('does not mind in which order routes are given', async () => {
    const options = await optionsFor()
    const routes = [
      {from: `${SOURCE}-a`, to: DESTINATION},
      {from: `${SOURCE}-b`, to: `${DESTINATION}-2`},
    ]
    const journal = await createJournal({...RUN, routes}, options)
    await journal.close()
    await (await resumeJournal(journal.job, {...RUN, routes: [...routes].reverse()}, options)).journal.close()
  })

  it('is refused, and the queue let go, where the journal is damaged', async () => {
    const options = await optionsFor()
    const {job, file} = await interrupted(options)
    await truncate(file, (await readFile(file)).lastIndexOf(0x0a) + 1)
    await expect(resumeJournal(job, RUN, options)).rejects.toMatchObject({code: 'JournalDamaged', exitCode: 7})
    await (await createJournal(RUN, options)).close()
  })

  it('is refused while its first process lives', async () => {
    const options = await optionsFor()
    const journal = await createJournal(RUN, options)
    await expect(resumeJournal(journal.job, RUN, options)).rejects.toMatchObject({code: 'RedriveLocked', exitCode: 7})
    await journal.intent([messageId(1)])
    await journal.close()
  })

  it.each(['rd-20261121-0412-zzzz', '../../etc/passwd', ''])(
    'is refused for a job that does not exist: %j',
    async job => {
      await expect(resumeJournal(job, RUN, await optionsFor())).rejects.toMatchObject({
        code: 'JobDoesNotExist',
        exitCode: 5,
      })
    },
  )

  it('is refused where the journal is a link or open to others', async () => {
    const options = await optionsFor()
    const {job, file} = await interrupted(options)
    await chmod(file, 0o620)
    await expect(resumeJournal(job, RUN, options)).rejects.toMatchObject({
      code: 'UnsafeFile',
      message: `${file} is not used: others may write to it`,
    })
    await chmod(file, 0o600)
    await rename(file, `${file}.moved`)
    await symlink(`${file}.moved`, file)
    await expect(resumeJournal(job, RUN, options)).rejects.toMatchObject({
      code: 'UnsafeFile',
      message: `${file} is not used: it is a symbolic link`,
    })
  })
})

/** A run with two messages under way that stopped without an end. */
async function interrupted(options: JournalOptions): Promise<{job: string; file: string}> {
  const {random, ...others} = options
  const journal = await createJournal(RUN, random === undefined ? others : options)
  await journal.intent([messageId(1), messageId(2)])
  await journal.close()
  return {job: journal.job, file: journal.file}
}
