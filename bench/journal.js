// What the redrive journal costs: syncs and messages/s by batches in flight, on the disk of the given folder; then a replay.
// usage: node bench/journal.js [folder] [messages to replay]
import {spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {performance} from 'node:perf_hooks'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {build} from 'esbuild'

const BATCH = 10
const [folder = tmpdir(), messages = '2000000'] = process.argv.slice(2)
const scratch = await mkdtemp(path.join(folder, 'msgops-bench-'))

const RUN = {
  kind: 'redrive',
  account: '000000000000',
  region: 'eu-west-1',
  source: 'arn:aws:sqs:eu-west-1:000000000000:orders-dlq',
  routes: [{to: 'arn:aws:sqs:eu-west-1:000000000000:orders'}],
  selectionHash: '',
  mode: 'move',
  fifo: false,
  deduplication: 'source',
  snapshot: [],
}

try {
  const library = await bundled()
  const {createJournal, localDisk, stateDirectoryAt} = await import(pathToFileURL(library).href)

  /** The disk of this machine with its syncs counted and timed, or left out. */
  const timedDisk = ({withSync}) => {
    const disk = {...localDisk, syncs: 0, syncMs: 0}
    disk.create = async file => {
      const inner = await localDisk.create(file)
      return {
        write: (bytes, position) => inner.write(bytes, position),
        truncate: bytes => inner.truncate(bytes),
        close: () => inner.close(),
        datasync: async () => {
          const start = performance.now()
          if (withSync) await inner.datasync()
          disk.syncMs += performance.now() - start
          disk.syncs++
        },
      }
    }
    return disk
  }

  const newRun = async disk => {
    const state = stateDirectoryAt(path.join(scratch, randomUUID()))
    return createJournal(RUN, {state, version: 'bench', disk})
  }

  const workers = (journal, concurrency, batches) => {
    let left = batches
    const work = async () => {
      while (left-- > 0) {
        const ids = Array.from({length: BATCH}, () => randomUUID())
        await journal.intent(
          ids,
          ids.map(() => 'x'.repeat(43)),
        )
        await journal.outcome(ids.map(id => ({messageId: id, state: 'sent', newMessageId: id})))
        await journal.deleted(ids)
      }
    }
    return Promise.all(Array.from({length: concurrency}, work))
  }

  console.log(`journal in ${scratch}, Node ${process.version}; a batch of ${BATCH} is intent, outcome and deletes`)
  console.log('| batches in flight | messages/s | CPU us/message | us/sync | syncs/batch |\n|---|---|---|---|---|')
  for (const [concurrency, batches] of [
    [1, 2000],
    [8, 8000],
    [64, 20_000],
  ]) {
    const disk = timedDisk({withSync: true})
    const journal = await newRun(disk)
    await workers(journal, concurrency, Math.ceil(batches / 10))
    Object.assign(disk, {syncs: 0, syncMs: 0})
    const cpu = process.cpuUsage()
    const start = performance.now()
    await workers(journal, concurrency, batches)
    const seconds = (performance.now() - start) / 1000
    const {user, system} = process.cpuUsage(cpu)
    await journal.close()
    const columns = [
      concurrency,
      ((batches * BATCH) / seconds).toFixed(0),
      ((user + system) / (batches * BATCH)).toFixed(1),
      ((disk.syncMs / disk.syncs) * 1000).toFixed(0),
      (disk.syncs / batches).toFixed(2),
    ]
    console.log(`| ${columns.join(' | ')} |`)
  }

  const journal = await newRun(timedDisk({withSync: false}))
  await workers(journal, 64, Number(messages) / BATCH)
  await journal.close()
  await replay(library, journal.file)
} finally {
  await rm(scratch, {recursive: true})
}

async function bundled() {
  const directory = fileURLToPath(new URL('../src/lib/redrive/journal', import.meta.url))
  const entry = path.join(scratch, 'library.ts')
  const modules = ['open-journal', 'private-files', 'recovery', 'state-directory']
  await writeFile(entry, modules.map(name => `export * from '${path.join(directory, `${name}.js`)}'`).join('\n'))
  const outfile = path.join(scratch, 'library.mjs')
  await build({entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20.19'})
  return outfile
}

/** In a process of its own, so that its memory is the replay's. */
async function replay(library, file) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const {recoverFile} = await import(${JSON.stringify(pathToFileURL(library).href)})
      const empty = process.resourceUsage().maxRSS
      const start = performance.now()
      const {states, lines} = await recoverFile(${JSON.stringify(file)})
      const ms = performance.now() - start
      console.log([states.counts.deleted, lines, ms.toFixed(0), (process.resourceUsage().maxRSS / 1024).toFixed(0), (empty / 1024).toFixed(0)].join(' | '))`,
    ],
    {stdio: ['ignore', 'inherit', 'inherit']},
  )
  console.log(`\nreplay of ${((await stat(file)).size / 1e6).toFixed(0)} MB`)
  console.log('| messages | lines | ms | peak RSS MB | before MB |\n|---|---|---|---|---|')
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the replay ended with ${code}`)
}
