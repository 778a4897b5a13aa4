// fauxqs 1.9.2, another project's emulator, as the server of bench/redrive.js: the goals of a redrive were measured on it.
/* global performance, setTimeout */
import path from 'node:path'
import {pathToFileURL} from 'node:url'

const REGION = 'us-east-1'
const SQS = 'AmazonSQS.'

/** What the redrive asks that fauxqs does not know: answered as SQS does for these two queues. */
const unknown = port => ({
  ListDeadLetterSourceQueues: {queueUrls: [`http://sqs.${REGION}.localhost:${port}/000000000000/bench`]},
  ListMessageMoveTasks: {Results: []},
})

/** As bench/redrive-queues.js serves the sandbox; `folder`: where fauxqs is installed. */
export async function serveFauxqs(folder) {
  const {buildApp} = await import(pathToFileURL(path.join(folder, 'dist/app.js')))
  let latencyMs = 0
  let requests = 0
  let firstMs
  let lastMs
  let port
  let app
  const actionOf = ({headers, body}) => headers['x-amz-target']?.slice(SQS.length) ?? body?.Action
  const open = async () => {
    app = buildApp({logger: false, defaultRegion: REGION})
    app.addHook('preHandler', (request, reply, done) => {
      requests++
      const action = actionOf(request)
      if (action === 'ReceiveMessage') firstMs ??= performance.now()
      const answer = unknown(port)[action]
      if (answer !== undefined) void reply.header('content-type', 'application/x-amz-json-1.0').send(answer)
      else if (latencyMs > 0) setTimeout(done, latencyMs)
      else done()
    })
    app.addHook('onResponse', (request, _reply, done) => {
      if (actionOf(request) === 'DeleteMessageBatch') lastMs = performance.now()
      done()
    })
    port = Number(new URL(await app.listen({port: port ?? 0, host: '127.0.0.1'})).port)
  }
  await open()
  return {
    url: `http://127.0.0.1:${port}`,
    commands: {
      // Its queues live as long as it does.
      reset: async () => {
        await app.close()
        latencyMs = 0
        await open()
      },
      latency: milliseconds => void (latencyMs = milliseconds),
      usage: () => {
        const {user, system} = process.cpuUsage()
        return {cpuUs: user + system, requests}
      },
      watch: () => void (firstMs = undefined),
      movedMs: () => lastMs - firstMs,
    },
  }
}
