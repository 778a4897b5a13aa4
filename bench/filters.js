// What a filter decision costs: decisions per second of processor time from the event's text and from parsed events, and compile times.
// usage: node bench/filters.js [seconds per row]
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {build} from 'esbuild'

const seconds = Number(process.argv[2] ?? 2)
const POLICIES = 10_000
const scratch = await mkdtemp(path.join(tmpdir(), 'msgops-bench-'))

const EVENT = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2026-11-11T21:29:54Z',
  region: 'eu-west-1',
  resources: ['arn:aws:ec2:eu-west-1:123456789012:instance/i-abcd1111'],
  detail: {'instance-id': 'i-abcd1111', state: 'terminated'},
}
const ORDER = {
  ...EVENT,
  source: 'shop.orders',
  'detail-type': 'OrderPlaced',
  detail: {
    order: 'o-31415',
    tags: Array.from({length: 20}, (_, n) => `tag-${n}`),
    lines: Array.from({length: 20}, (_, n) => ({sku: `sku-${n}`, quantity: n, price: n * 1.25, gift: n % 2 === 0})),
  },
}

const ROWS = [
  {
    name: 'simple: three exact fields',
    pattern: {source: ['aws.ec2'], 'detail-type': [EVENT['detail-type']], detail: {state: ['running', 'terminated']}},
    event: EVENT,
  },
  {
    name: 'simple, no match',
    pattern: {source: ['aws.ec2'], detail: {state: ['running', 'pending']}},
    event: EVENT,
  },
  {
    name: 'prefix, numeric, anything-but, exists',
    pattern: {
      source: [{prefix: 'shop.'}],
      'detail-type': [{'anything-but': ['OrderShipped', 'OrderReturned']}],
      detail: {order: [{exists: true}], missing: [{exists: false}]},
    },
    event: ORDER,
  },
  {
    name: 'wildcard with three stars',
    pattern: {resources: [{wildcard: 'arn:*:ec2:*:instance/*1111'}]},
    event: EVENT,
  },
  {
    name: 'arrays of objects',
    pattern: {detail: {tags: ['tag-19'], lines: {sku: ['sku-18'], quantity: [{numeric: ['>', 17]}], gift: [true]}}},
    event: ORDER,
  },
  {
    name: '$or of four',
    pattern: {
      source: ['aws.ec2'],
      $or: [
        {detail: {state: ['running']}},
        {account: ['1']},
        {region: ['us-east-1']},
        {detail: {state: ['terminated']}},
      ],
    },
    event: EVENT,
  },
]

try {
  const {compileEventPattern, compileFilterPolicy} = await bundled()
  console.log('decisions per second of one core\n')
  print(['pattern', 'event bytes', 'from text', 'parsed'])
  for (const {name, pattern, event} of ROWS) {
    const compiled = compileEventPattern(JSON.stringify(pattern))
    const texts = variants(event).map(one => JSON.stringify(one))
    const values = texts.map(text => JSON.parse(text))
    print([
      name,
      texts[0].length,
      rate(index => compiled.matches(texts[index & 63])),
      rate(index => compiled.matchesValue(values[index & 63])),
    ])
  }
  const attributes = {
    store: {dataType: 'String', stringValue: 'example_corp'},
    price: {dataType: 'Number', stringValue: '120.5'},
  }
  const policy = compileFilterPolicy('{"store":["example_corp"],"price":[{"numeric":[">",100]}]}', 'MessageAttributes')
  print(['SNS policy on two attributes', '-', '-', rate(() => policy.matches({attributes, body: ''}))])

  const texts = Array.from({length: POLICIES}, (_, n) =>
    JSON.stringify({
      source: [`shop.orders-${n}`],
      detail: {
        state: ['placed', {prefix: `p-${n}`}],
        amount: [{numeric: ['>', n, '<=', n + 100]}],
        name: [{wildcard: `a*${n}*z`}],
      },
    }),
  )
  const [cold = 0, ...warm] = Array.from({length: 6}, () => {
    const started = process.cpuUsage()
    for (const text of texts) compileEventPattern(text)
    return cpuSeconds(started)
  })
  const many = texts.map(text => compileEventPattern(text))
  const event = JSON.stringify(EVENT)
  const swept = process.cpuUsage()
  for (const pattern of many) pattern.matches(event)
  console.log(
    `\n${POLICIES.toLocaleString()} policies: compiled in ${cold.toFixed(3)} s at first, ${Math.min(...warm).toFixed(3)} s when warm, one event against all in ${cpuSeconds(swept).toFixed(3)} s`,
  )
  const large = `{"key":[${Array.from({length: 20_000}, (_, n) => `"value-${n}"`).join(',')}]}`
  const one = process.cpuUsage()
  compileEventPattern(large)
  console.log(`one policy of ${large.length.toLocaleString()} bytes: compiled in ${cpuSeconds(one).toFixed(3)} s`)
} finally {
  await rm(scratch, {recursive: true, force: true})
}

/** Sixty-four events that differ, so that no decision can be foreseen. */
function variants(event) {
  return Array.from({length: 64}, (_, n) => ({...event, id: `7bf73129-1428-4cd3-a780-95db273d${1000 + n}`}))
}

/** Decisions per second of processor time of this process, which others on the machine do not change. */
function rate(decide) {
  let matched = 0
  for (let index = 0; index < 20_000; index++) matched += decide(index) ? 1 : 0
  const started = process.cpuUsage()
  let decisions = 0
  let spent = 0
  while (spent < seconds) {
    for (let index = 0; index < 20_000; index++) matched += decide(index) ? 1 : 0
    decisions += 20_000
    spent = cpuSeconds(started)
  }
  if (matched < 0) throw new Error('unreachable')
  return Math.round(decisions / spent)
}

function cpuSeconds(since) {
  const {user, system} = process.cpuUsage(since)
  return (user + system) / 1e6
}

function print(cells) {
  const [name, ...figures] = cells
  console.log(name.padEnd(40) + figures.map(figure => figure.toLocaleString('en').padStart(14)).join(''))
}

async function bundled() {
  const source = name => fileURLToPath(new URL(`../src/lib/filters/${name}.ts`, import.meta.url))
  const names = ['event-pattern', 'filter-policy']
  await build({
    entryPoints: names.map(source),
    outdir: scratch,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'node20.19',
  })
  const modules = await Promise.all(names.map(name => import(pathToFileURL(path.join(scratch, `${name}.mjs`)).href)))
  return Object.assign({}, ...modules)
}
