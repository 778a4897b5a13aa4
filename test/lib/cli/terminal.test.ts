import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {buildFixtureCli, type FixtureCli} from '../../fixtures/cli/build.js'
import {runInTerminal, type PtyFinished, type PtyOptions} from '../../fixtures/cli/run.js'
import {dangersIn, hostileStrings} from '../../fixtures/hostile-strings.js'

let cli: FixtureCli
beforeAll(async () => {
  cli = await buildFixtureCli()
})
afterAll(async () => cli.remove())

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'

function run(line: string, options?: PtyOptions): Promise<PtyFinished> {
  return runInTerminal(process.execPath, [cli.bin, ...line.split(' ')], options)
}

/** What a person reads: the colours of the output taken away. */
function words({output}: PtyFinished): string {
  return stripVTControlCharacters(output)
}

describe('output on a terminal', () => {
  test.concurrent('is a table in colour, with ages', async () => {
    const finished = await run('queue list')
    expect(finished.code).toBe(0)
    expect(finished.output).toContain('\u001b[2mNAME\u001b[22m')
    expect(words(finished)).toMatch(/NAME {5}MESSAGES {2}CREATED\r\nqueue-0 {9}0 {2}\d+\w (ago|)/)
  })

  test.concurrent.each([
    ['queue list --no-color', {}],
    ['queue list', {NO_COLOR: '1'}],
    ['queue list', {MSGOPS_NO_COLOR: 'yes'}],
    ['queue list', {TERM: 'dumb'}],
  ])('%s with %j has no colour', async (line, env) => {
    const {output} = await run(line, {env})
    expect(output).toContain('queue-1')
    expect(output).not.toContain('\u001b')
  })

  test.concurrent.each([40, 80, 200])('fits %d columns', async columns => {
    const {output} = await run('queue list --hostile --no-color', {columns})
    const lines = output.split('\r\n')
    expect(lines.length).toBeGreaterThanOrEqual(hostileStrings.length + 2)
    expect(lines.filter(line => line.length > columns)).toEqual([])
  })

  test.concurrent.each(['', '--json', '--output ndjson', '--output csv', '--output table', '--query queues[5].name'])(
    'shows nothing dangerous in %j',
    async flags => {
      const {output} = await run(`queue list --hostile --warn --no-color ${flags}`.trim())
      expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
      expect(output).toContain('6n')
    },
  )

  test.concurrent('shows a hostile text whole and safely', async () => {
    const {output} = await run('show --text hostile --no-color')
    expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
    expect(output).toContain(String.raw`\u{9d}52;c;`)
  })

  test.concurrent('JSON parses back to what it was', async () => {
    const {output} = await run('queue list --hostile --json')
    const json = output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)
    const {queues} = JSON.parse(json) as {queues: {name: string}[]}
    expect(queues.map(({name}) => name)).toEqual(hostileStrings.map(({text}) => text))
  })

  test.concurrent('errors and what the user typed are safe as well', async () => {
    const [failed, unknown] = await Promise.all([run('fail --no-color'), run('queue \u009b2J\u202e --no-color')])
    expect(failed.output).toContain(String.raw`No queue named "odrers" \u{1b}]52;c;eA==\u{7}`)
    expect(unknown).toMatchObject({
      code: 2,
      output: expect.stringContaining(String.raw`There is no command "queue \u{9b}2J\u{202e}"`),
    })
  })

  test.concurrent('a live line is taken away before anything else is said', async () => {
    const {output} = await run('fail --no-color')
    expect(output.startsWith('\r\u001b[2Kworking\r\u001b[2KError: ')).toBe(true)
  })

  test.concurrent('says when it is not the usual AWS, and only to people', async () => {
    const env = {AWS_REGION: 'eu-west-1'}
    const [sandbox, endpoint, usual, json] = await Promise.all([
      run('connect --sandbox --no-color', {env}),
      run('connect --endpoint-url http://127.0.0.1:9 --no-color', {env}),
      run('connect --no-color', {env}),
      run('connect --sandbox --json --no-color', {env}),
    ])
    expect(sandbox.output).toContain('SANDBOX http://127.0.0.1:4747')
    expect(endpoint.output).toContain('ENDPOINT http://127.0.0.1:9')
    expect(usual.output).not.toMatch(/SANDBOX|ENDPOINT/)
    expect(json.output).not.toContain('SANDBOX ')
  })
})

describe('a question', () => {
  const question = '[y/N] '
  test.concurrent.each([
    ['y\r', 0],
    ['yes\r', 0],
    ['\r', 7],
    ['n\r', 7],
    ['yy\r', 7],
    [CTRL_D, 7],
    [CTRL_C, 130],
  ])('answered with %j ends with %d', async (typed, code) => {
    const finished = await run('dlq redrive orders-dlq', {answers: [[question, typed]]})
    expect(finished.code).toBe(code)
    expect(words(finished)).toContain('orders-dlq in account 000000000000, us-east-1\r\n')
    expect(words(finished).includes('done orders-dlq')).toBe(code === 0)
    expect(words(finished).includes('Not confirmed. Nothing was changed.')).toBe(code === 7)
  })

  test.concurrent('about something that cannot be undone wants the name', async () => {
    const line = 'dlq redrive orders-dlq --purge'
    const prompt = 'Type orders-dlq to confirm: '
    const [named, yes, wrong] = await Promise.all([
      run(line, {answers: [[prompt, 'orders-dlq\r']]}),
      run(`${line} --yes`, {answers: [[prompt, 'y\r']]}),
      run(line, {answers: [[prompt, 'orders\r']]}),
    ])
    expect([named.code, yes.code, wrong.code]).toEqual([0, 7, 7])
    expect([named, yes, wrong].map(finished => words(finished).includes('done orders-dlq'))).toEqual([
      true,
      false,
      false,
    ])
  })

  test.concurrent('is not asked where a flag has answered or forbids it', async () => {
    const [yes, forbidden] = await Promise.all([
      run('dlq redrive orders-dlq --yes'),
      run('dlq redrive orders-dlq --no-input'),
    ])
    expect(yes.code).toBe(0)
    expect(yes.output).not.toContain(question)
    expect(forbidden.code).toBe(7)
    expect(words(forbidden)).toContain('To confirm, run: msgops dlq redrive orders-dlq --no-input --yes')
  })

  test.concurrent('is not asked when stderr is not where a person could see it', async () => {
    const {output} = await runInTerminal('/bin/sh', [
      '-c',
      `"${process.execPath}" "${cli.bin}" dlq redrive q 2>&1 >/dev/null | cat; echo end`,
    ])
    expect(output).toContain('This needs to be confirmed')
    expect(output).not.toContain(question)
  })

  test.concurrent('is asked while the result goes to a pipe, and stays out of it', async () => {
    const script = `"${process.execPath}" "${cli.bin}" dlq redrive q --json | od -c | head -n 1`
    const {output} = await runInTerminal('/bin/sh', ['-c', script], {answers: [[question, 'y\r']]})
    expect(output).toMatch(/0000000 {3}\{ {2}\\n/)
  })
})

describe('an MFA code', () => {
  const serial = 'arn:aws:iam::123456789012:mfa/ops'
  async function identity(flags: string, answers: PtyOptions['answers']): Promise<PtyFinished> {
    const config = path.join(path.dirname(cli.bin), 'aws-config')
    const credentials = path.join(path.dirname(cli.bin), 'aws-credentials')
    await writeFile(
      config,
      `[profile mfa]\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\nmfa_serial = ${serial}\nregion = eu-west-1\n`,
    )
    await writeFile(credentials, '[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n')
    const env = {
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      // Port 9 (discard) is nobody's: what comes after the question fails at once.
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
    }
    return run(`identity --profile mfa --no-color ${flags}`.trim(), {env, answers})
  }

  test.concurrent('is asked for and not shown', async () => {
    const {code, output} = await identity('', [[`MFA code for ${serial}: `, '987654\r']])
    expect(output).toContain(`MFA code for ${serial}: `)
    expect(output).not.toContain('987654')
    expect(code).toBe(6)
  })

  test.concurrent('is not asked for where nothing may be asked', async () => {
    const {code, output} = await identity('--no-input', [])
    expect(output).not.toContain('MFA code for')
    expect(code).toBe(4)
  })

  test.concurrent('Ctrl-C instead of it ends with 130', async () => {
    const {code} = await identity('', [['MFA code', CTRL_C]])
    expect(code).toBe(130)
  })
})
