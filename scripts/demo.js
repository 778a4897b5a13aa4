// A walk through the main job on a local AWS: starts it in this process on a free port, then runs each command as a user would.
import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {startSandbox} from '../dist/sandbox/server.js'

const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url))

const STEPS = [
  ['Every queue of the account, with its depth', 'queue list'],
  ['The dead-letter queues, fullest first', 'dlq list'],
  ['What is in one of them: failures grouped by error', 'dlq show orders-dlq'],
  ['What a redrive would do; nothing changes', 'dlq redrive orders-dlq --dry-run'],
  ['The redrive itself', 'dlq redrive orders-dlq --yes'],
  ['And the dead-letter queue afterwards', 'dlq show orders-dlq'],
]

const bold = text => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text)

function msgops(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {env, stdio: ['ignore', 'inherit', 'inherit']})
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
}

const sandbox = await startSandbox({port: 0, seed: true})
const settings = {MSGOPS_SANDBOX: 'true', MSGOPS_SANDBOX_URL: sandbox.url, MSGOPS_OUTPUT: 'table'}
// The user's own profile and credentials play no part in a demo.
const env = {...process.env, AWS_PROFILE: '', ...settings}
delete env.AWS_PROFILE

process.stdout.write('A local AWS is running in this process; nothing leaves this machine.\n')
for (const [name, value] of Object.entries(settings)) process.stdout.write(`export ${name}=${value}\n`)

for (const [title, command] of STEPS) {
  process.stdout.write(`\n# ${title}\n${bold(`$ msgops ${command}`)}\n`)
  const code = await msgops(command.split(' '), env)
  if (code !== 0) {
    process.stderr.write(`The demo stopped: msgops ${command} ended with ${code}.\n`)
    process.exitCode = 1
    break
  }
}

await sandbox.close()
if (!process.exitCode) {
  process.stdout.write(
    '\nNext: run `node bin/run.js sandbox start` in one terminal and try the commands in another with --sandbox.\n',
  )
}
