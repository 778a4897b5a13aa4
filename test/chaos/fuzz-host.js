import {Buffer} from 'node:buffer'

// Runs the built msgops again and again in one process, as a child of the campaign: each case its words, its environment and, where it
// asks for one, a terminal of 80 columns. What it prints is caught on its way to the streams.
process.env.NODE_ENV = 'production'
const {main} = await import(process.argv[2])
const caught = {stdout: [], stderr: []}

for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done) => {
    caught[name].push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    const written = typeof encoding === 'function' ? encoding : done
    if (written !== undefined) process.nextTick(written)
    return true
  }
}

process.on('message', async ({args, env, terminal}) => {
  for (const name of ['stdout', 'stderr']) {
    caught[name] = []
    Object.assign(process[name], {isTTY: terminal, columns: terminal ? 80 : undefined})
  }
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env, {NODE_ENV: 'production', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true'})
  process.exitCode = undefined
  await main(args)
  const code = process.exitCode ?? 0
  process.exitCode = undefined
  process.send({code, stdout: caught.stdout.join(''), stderr: caught.stderr.join('')})
})
process.send('ready')
