import {readdirSync, readFileSync, rmSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {buildFixtureCli, type FixtureCli} from '../../fixtures/cli/build.js'
import {dangersIn, hostileStrings} from '../../fixtures/hostile-strings.js'
import {runPiped, type Finished, type RunOptions} from '../../fixtures/cli/run.js'

let cli: FixtureCli
beforeAll(async () => {
  cli = await buildFixtureCli()
})
afterAll(async () => cli.remove())

function run(line: string, options?: RunOptions): Promise<Finished> {
  return runPiped(process.execPath, [cli.bin, ...line.split(' ').filter(word => word !== '')], options)
}

/** What a shell script writes to stdout; `$CLI` stands for the program, `$DIR` for a folder to write to. */
async function shell(script: string): Promise<string> {
  const env = {CLI: `${process.execPath} ${cli.bin}`, DIR: path.dirname(cli.bin)}
  const {stdout} = await runPiped('bash', ['--norc', '-c', script], {env})
  return stdout
}

/** The files that are loaded with one. */
function importedBy(file: string, folder: string, found = new Set<string>()): Set<string> {
  found.add(file)
  const imports = readFileSync(path.join(folder, file), 'utf8').matchAll(/(?:from|^import) ?"\.\/([^"]+)"/gm)
  for (const [, name = ''] of imports) if (!found.has(name)) importedBy(name, folder, found)
  return found
}

const queues = [
  {name: 'queue-0', approximateNumberOfMessages: 0, createdAt: '2026-11-21T00:00:00.000Z'},
  {name: 'queue-1', approximateNumberOfMessages: 1, createdAt: '2026-11-21T00:00:00.000Z'},
]

describe('output on a pipe', () => {
  test.concurrent('is tab-separated, the hint apart on stderr', async () => {
    expect(await run('queue list')).toEqual({
      code: 0,
      signal: null,
      stdout: 'NAME\tMESSAGES\tCREATED\nqueue-0\t0\t2026-11-21T00:00:00.000Z\nqueue-1\t1\t2026-11-21T00:00:00.000Z\n',
      stderr: 'a hint\n',
    })
  })

  test.concurrent('--json is the document with its warnings, and stderr has the warning too', async () => {
    const {code, stdout, stderr} = await run('queue list --json --warn')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({queues, truncated: false, warnings: ['one queue could not be read \u001b[31m']})
    expect(stderr).toBe(String.raw`Warning: one queue could not be read \u{1b}[31m` + '\n')
  })

  test.concurrent.each([
    ['--output ndjson', {}],
    ['', {MSGOPS_OUTPUT: 'ndjson'}],
  ])('ndjson by %j %j', async (flags, env) => {
    const {stdout} = await run(`queue list ${flags}`, {env})
    expect(stdout).toBe(queues.map(queue => `${JSON.stringify(queue)}\n`).join(''))
  })

  test.concurrent('csv', async () => {
    const {stdout} = await run('queue ls --output csv')
    expect(stdout).toBe(
      'name,approximateNumberOfMessages,createdAt\r\nqueue-0,0,2026-11-21T00:00:00.000Z\r\nqueue-1,1,2026-11-21T00:00:00.000Z\r\n',
    )
  })

  test.concurrent('--query prints a plain string raw and anything else as JSON', async () => {
    const [name, names] = await Promise.all([
      run('queue list --query queues[1].name'),
      run('queue list --query queues[].approximateNumberOfMessages'),
    ])
    expect(name.stdout).toBe('queue-1\n')
    expect(names.stdout).toBe('[\n  0,\n  1\n]\n')
  })

  test.concurrent('a table can be asked for, without colour', async () => {
    const {stdout} = await run('queue list --output table')
    expect(stdout).toMatch(/^NAME {5}MESSAGES {2}CREATED\nqueue-0 {9}0 {2}\S.*\n/)
    expect(stdout).not.toContain('\u001b')
  })

  test.concurrent('the hostile strings reach it neither in a table nor on stderr, and whole in JSON', async () => {
    const [table, json] = await Promise.all([run('queue list --hostile'), run('queue list --hostile --json')])
    const {queues} = JSON.parse(json.stdout) as {queues: {name: string}[]}
    expect(table.stdout.split('\n')).toHaveLength(hostileStrings.length + 2)
    expect(dangersIn(table.stdout, {layout: true})).toEqual([])
    // JSON cannot carry half a surrogate pair as it is, so it carries its escape.
    expect(queues.map(({name}) => name)).toEqual(hostileStrings.map(({text}) => text))
  })

  test.concurrent('a code of its own for a partial result', async () => {
    expect(await run('queue list --partial')).toMatchObject({code: 3})
  })
})

describe('a command line that cannot be meant', () => {
  test.concurrent.each([
    ['queue lst', 'There is no command "queue lst"', 'Did you mean: msgops queue list'],
    ['help queue lst', 'There is no command "queue lst"', 'Did you mean: msgops queue list'],
    ['queue lst --help', 'There is no command "queue lst"', 'Did you mean: msgops queue list'],
    ['--nosuch', 'There is no command "--nosuch"', 'All commands: msgops --help'],
    ['queue list --jsno', 'Nonexistent flag: --jsno', 'Did you mean --json?'],
    ['queue list extra', 'Unexpected argument: extra', 'All flags and arguments: msgops queue list --help'],
    [
      'queue list --output xml',
      'Expected --output=xml to be one of: table, json, ndjson, csv',
      'msgops queue list --help',
    ],
    ['queue list --query [', '--query is not a JMESPath expression', 'https://jmespath.org'],
    ['queue list --timeout 0', '--timeout: 0s is less than 1s', ''],
    ['queue list --timeout soon', '--timeout: "soon" is no duration', '90, 30s, 15m'],
    ['dlq redrive', 'queue is missing\n  queue: The queue.\n', 'msgops dlq redrive --help'],
    ['parse --max 11', '--max: 11 is more than 10, the most it can be', ''],
    ['parse --max 0', '--max: 0 is less than 1, the least it can be', ''],
    ['parse --max 1.5', '--max: "1.5" is no whole number', ''],
    ['parse --wait 13h', '--wait: 13h is more than 12h, the most it can be', ''],
    ['parse --since yesterday', '--since: "yesterday" is no time', 'ISO 8601'],
  ])('%s', async (line, message, suggestion) => {
    const {code, stdout, stderr} = await run(line)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    expect(stderr).toContain(`Error: ${message}`)
    expect(stderr).toContain(suggestion)
  })

  test.concurrent('is an error document where JSON was asked for', async () => {
    const [flag, command, query, both] = await Promise.all([
      run('queue list --nosuch --json'),
      run('queue lst --output ndjson'),
      run('queue list --query [', {env: {MSGOPS_JSON: '1'}}),
      run('queue list --json --output csv'),
    ])
    expect(JSON.parse(both.stdout)).toHaveProperty('error.message', '--json and --output csv contradict each other')
    expect(JSON.parse(flag.stdout)).toHaveProperty('error.code', 'UsageError')
    expect(command.stdout).toMatch(/^\{"error":\{"code":"CommandNotFound".*\}\}\n$/)
    expect(JSON.parse(query.stdout)).toHaveProperty('error.code', 'QueryInvalid')
    expect([flag, command, query, both].map(({code, stderr}) => ({code, stderr}))).toEqual(
      Array.from({length: 4}, () => ({code: 2, stderr: ''})),
    )
  })

  test.concurrent('a misspelt guard in the environment is refused', async () => {
    expect(await run('parse', {env: {MSGOPS_READ_ONLY: 'ture'}})).toMatchObject({code: 2, stdout: ''})
  })
})

describe('help', () => {
  test.concurrent.each([
    ['', 'USAGE\n  $ msgops [COMMAND]'],
    ['--help', 'USAGE\n  $ msgops [COMMAND]'],
    ['queue', 'USAGE\n  $ msgops queue COMMAND'],
    ['queue list --help', '--rows=<count>'],
    ['queue list -h', 'GLOBAL FLAGS'],
    ['help', 'USAGE\n  $ msgops [COMMAND]'],
    ['help queue', 'USAGE\n  $ msgops queue COMMAND'],
    ['help queue list', 'USAGE\n  $ msgops queue list\n'],
  ])('msgops %s', async (line, text) => {
    const {code, stdout, stderr} = await run(line)
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout).toContain(text)
  })

  test.concurrent('--version', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^msgops\/1\.2\.3 \S+ node-v\S+\n$/),
    })
  })
})

describe('flags', () => {
  test.concurrent('are parsed to seconds, numbers and instants, and values may begin with a dash', async () => {
    const {stdout} = await run('parse --wait 1h30m --max 10 --since 2026-11-21T03:00:00+09:00 --json')
    expect(JSON.parse(stdout)).toEqual({
      wait: 5400,
      max: 10,
      since: '2026-11-20T18:00:00.000Z',
      warnings: [],
    })
  })

  test.concurrent('a distance from now is taken when the command runs', async () => {
    const before = Date.now()
    const {stdout} = await run('parse --since -15m --query since')
    const since = Date.parse(stdout.trim())
    expect(since).toBeGreaterThanOrEqual(before - 15 * 60_000)
    expect(since).toBeLessThanOrEqual(Date.now() - 15 * 60_000)
  })

  test.concurrent('an argument is never taken from what is piped in', async () => {
    const {stdout} = await run('parse --query optional', {stdin: 'orders\n'})
    expect(stdout).toBe('null\n')
    expect(await run('dlq redrive --yes', {stdin: 'orders\n'})).toMatchObject({code: 2, stdout: ''})
  })

  test.concurrent('read-only reaches the connection by flag and by environment', async () => {
    const region = {AWS_REGION: 'eu-west-1'}
    const [flag, environment, none] = await Promise.all([
      run('connect --json --read-only', {env: region}),
      run('connect --json', {env: {...region, MSGOPS_READ_ONLY: 'on'}}),
      run('connect --json', {env: region}),
    ])
    expect([flag, environment, none].map(({stdout}) => (JSON.parse(stdout) as {readOnly: boolean}).readOnly)).toEqual([
      true,
      true,
      false,
    ])
  })

  test.concurrent('--sandbox refuses --profile, and no region is never a guess', async () => {
    const [both, nowhere] = await Promise.all([run('connect --sandbox --profile prod'), run('connect')])
    expect(both).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('--sandbox and --profile')})
    expect(nowhere).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('No AWS region')})
  })
})

describe('failures', () => {
  test.concurrent('what the user can act on: message, request id, suggestions, its own code', async () => {
    expect(await run('fail')).toEqual({
      code: 5,
      signal: null,
      stdout: '',
      stderr: String.raw`Error: No queue named "odrers" \u{1b}]52;c;eA==\u{7}
AWS request id: 11111111-2222-3333-4444-555555555555
  Nearest: orders \u{202e}
`,
    })
  })

  test.concurrent('the same as a JSON document, exact', async () => {
    const {code, stdout, stderr} = await run('fail --json')
    expect({code, stderr}).toEqual({code: 5, stderr: ''})
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'QueueDoesNotExist',
        message: 'No queue named "odrers" \u001b]52;c;eA==\u0007',
        suggestions: ['Nearest: orders \u202e'],
        requestId: '11111111-2222-3333-4444-555555555555',
      },
    })
  })

  test.concurrent.each([
    ['bug', String.raw`Error: TypeError: x is not a function \u{1b}[31m`],
    ['text', "Error: Something threw 'just text'"],
    ['dry', 'Error: The command stopped before it was done'],
    ['later', String.raw`Error: RangeError: out of nowhere \u{9b}31m`],
    ['rejection', 'Error: RangeError: nobody waits for me'],
  ])('a bug (%s) is 70, in a sentence, without a stack', async (kind, message) => {
    const {code, stdout, stderr} = await run(`fail --kind ${kind}`)
    expect({code, stdout}).toEqual({code: 70, stdout: ''})
    expect(stderr).toBe(
      `${message}\n  This is a bug in msgops. Please report it with the command you ran and what the same command says with --debug.\n`,
    )
  })

  test.concurrent('an error that nobody caught stops what is under way', async () => {
    const {code, stderr} = await run('fail --kind later-stopped')
    expect(code).toBe(70)
    expect(stderr).toContain('RangeError: while something is under way')
    expect(stderr).toContain('Warning: stopped')
  })

  test.concurrent('an installation that lost its files while it ran says so, and ends', async () => {
    const broken = await buildFixtureCli()
    try {
      const dist = path.join(path.dirname(broken.bin), 'dist')
      const loaded = importedBy('main.js', dist)
      for (const file of readdirSync(dist)) if (!loaded.has(file)) rmSync(path.join(dist, file), {recursive: true})
      const {code, stdout, stderr} = await runPiped(process.execPath, [broken.bin, 'fail'])
      expect({code, stdout}).toEqual({code: 70, stdout: ''})
      expect(stderr).toMatch(/^Error: .*\n {2}It cannot be shown as asked: .*\n {2}Files of msgops may be missing.*\n$/)
    } finally {
      await broken.remove()
    }
  })

  test.concurrent('--debug shows the stack of a bug', async () => {
    const {stderr} = await run('fail --kind bug --debug')
    expect(stderr).toMatch(/\n {4}at .*fail/)
  })
})

describe('a confirmation that nobody can give', () => {
  test.concurrent('is refused with the exact command to run, and nothing is done', async () => {
    expect(await run('dlq redrive orders-dlq')).toEqual({
      code: 7,
      signal: null,
      stdout: '',
      stderr: `orders-dlq in account 000000000000, us-east-1
Error: Redrive it? This needs to be confirmed. Nothing was changed.
  To confirm, run: msgops dlq redrive orders-dlq --yes
`,
    })
  })

  test.concurrent('of a severe act: --yes is not enough, the name is asked for', async () => {
    const {code, stdout} = await run('dlq redrive orders-dlq --purge --yes --json')
    expect(code).toBe(7)
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'ConfirmationRequired',
        message: 'Purge it? This needs to be confirmed. --yes is not enough for it. Nothing was changed.',
        suggestions: ['To confirm, run: msgops dlq redrive orders-dlq --purge --yes --json --confirm orders-dlq'],
      },
    })
  })

  test.concurrent.each([
    ['dlq redrive orders-dlq --yes', 0],
    ['dlq redrive orders-dlq --purge --confirm orders-dlq', 0],
    ['dlq redrive orders-dlq --purge --confirm orders', 7],
    ['dlq redrive orders-dlq --purge --yes', 7],
    ['dlq redrive orders-dlq --no-input', 7],
  ])('%s: %d', async (line, code) => {
    const {stdout, ...rest} = await run(line)
    expect(rest.code).toBe(code)
    expect(stdout.includes('done orders-dlq')).toBe(code === 0)
  })

  test.concurrent('the command that it prints works as it stands', async () => {
    const {stderr} = await runPiped(process.execPath, [cli.bin, 'dlq', 'redrive', "it's a q", '--purge'])
    const line = /To confirm, run: msgops (.*)/.exec(stderr)?.[1] ?? ''
    expect(await shell(`$CLI ${line}`)).toContain("done it's a q")
  })
})

describe('stdout', () => {
  test.concurrent('a reader that leaves ends a reading command quietly with 0', async () => {
    const script =
      '$CLI tail --output ndjson 2>"$DIR/tail" | head -n 1 | cut -c 1-9; echo "${PIPESTATUS[0]}"; cat "$DIR/tail"'
    expect(await shell(script)).toBe('{"event":\n0\n')
  })

  test.concurrent('help and results that nobody reads to the end are no failure', async () => {
    expect(await shell('$CLI queue list --rows 100000 | head -n 1; echo "${PIPESTATUS[0]}"')).toBe(
      'NAME\tMESSAGES\tCREATED\n0\n',
    )
  })

  test.concurrent('a command that was confirmed works to its end without a reader', async () => {
    const script =
      '$CLI dlq redrive q --yes --events --output ndjson 2>"$DIR/act" | head -n 1 | cut -c 1-9; cat "$DIR/act"'
    expect(await shell(script)).toBe('{"event":\nWarning: ran to its end\n')
  })

  test.concurrent('a disk that is full is a failure, not a short answer', async () => {
    expect(await shell('$CLI queue list > /dev/full; echo $?')).toBe('1\n')
  })

  test.concurrent('a large result arrives whole', async () => {
    const {stdout} = await run('queue list --rows 50000 --json')
    expect((JSON.parse(stdout) as {queues: unknown[]}).queues).toHaveLength(50_000)
  })

  test.concurrent('a closed stderr is no failure', async () => {
    expect(await shell('$CLI queue list --warn 2>&- | tail -n 1; echo "${PIPESTATUS[0]}"')).toContain('queue-1')
  })
})
