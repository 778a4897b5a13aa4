import {fileURLToPath} from 'node:url'
import {afterAll, expect, it} from 'vitest'
import {startSandbox} from '../../src/sandbox/server.js'
import {runInTerminal} from '../fixtures/cli/run.js'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const sandbox = await startSandbox()
afterAll(() => sandbox.close())

it('msgops whoami in a terminal', async () => {
  const {code, output} = await runInTerminal(process.execPath, [BIN, 'whoami', '--sandbox', '--region', 'eu-west-1'], {
    env: {MSGOPS_SANDBOX_URL: sandbox.url},
    columns: 120,
  })
  expect(output).toContain('arn:aws:iam::000000000000:user/sandbox')
  expect(output).toContain('eu-west-1 (--region)')
  expect(output).toContain(`${sandbox.url} (MSGOPS_SANDBOX_URL)`)
  expect(code).toBe(0)
})
