import fc from 'fast-check'
import {argument, asArgument, jsonBombs, mutated} from './texts.js'

const NUMBERS = [
  '0',
  '1',
  '2',
  '5',
  '10',
  '11',
  '-1',
  '1.5',
  '1e9',
  '0x10',
  'NaN',
  'Infinity',
  '99999999999999999999',
  ' 1',
  '1_000',
  '+5',
  '٣',
  '１',
]
const DURATIONS = [
  '1s',
  '1',
  '0',
  '-1s',
  '90',
  '1h30m',
  '1m1m',
  '99999999d',
  '1.5h',
  '1y',
  'P1D',
  '-15m',
  '2h ago',
  'in 1d',
  'now',
  'h',
]
const INSTANTS = [
  '2026-11-21T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-11-21',
  '2026-11-21T00:00:00',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
]
const REGEXES = [
  '.*',
  '(a+)+$',
  '(',
  '[',
  '\\',
  '(?<=x)y',
  'a{99999}',
  '(?i)ORDER',
  '[[:alpha:]]',
  '(?P<n>x)',
  '\\p{L}+',
  '(x{1000}){1000}',
  '^\\u{1b}',
  '\\1',
]
const EXPRESSIONS = [
  'body',
  'body.a',
  '@',
  'length(@)',
  'messages[*].body',
  'queues[].name',
  "body == 'x'",
  'to_string(@)',
  'sort_by(@, &x)',
  'body | [0]',
  'foo(1)',
  '`{`',
  '{body: body}',
  '[?x]',
  'a'.repeat(5_000),
  '['.repeat(2_000),
  '!'.repeat(3_000),
  'a.'.repeat(3_000),
]
const PATTERNS = [
  '{"body":["x"]}',
  '{"body":{"a":[{"numeric":[">",0,"<=",5]}]}}',
  '{"a":[{"prefix":"x"},{"suffix":"y"},{"wildcard":"*a*b*c*"}]}',
  '{"a":[{"anything-but":["x",1]},{"anything-but":{"prefix":"p"}},{"exists":false}]}',
  '{"$or":[{"a":["x"]},{"b":[{"cidr":"10.0.0.0/24"}]}]}',
  '{"a":[{"equals-ignore-case":"X"},null,true,1.50]}',
  '{"detail":{"a":{"b":{"c":["d"]}}},"source":["shop"]}',
]
const MESSAGES = [
  '{"attributes":{"a":{"DataType":"String","StringValue":"x"}},"body":"y"}',
  '{"Message":"x","MessageAttributes":{"a":{"DataType":"String.Array","StringValue":"[1,\\"b\\"]"}},"Subject":"s"}',
  '{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:us-east-1:000000000000:t","Message":"m"}',
  '{"Records":[{"messageId":"1","body":"x","attributes":{}}]}',
  '{"id":"1","account":"0","source":"shop","time":"2026-11-21T12:00:00Z","region":"us-east-1","detail-type":"t","detail":{"a":1}}',
  '[{"policy":{"a":["x"]},"message":"y","expect":"match"}]',
]
const NAMES = [
  'orders',
  'orders-dlq',
  'payments.fifo',
  'payments-dlq.fifo',
  'orders-topic',
  'emails-dlq',
  'audit',
  'order-archive',
  'none-such',
]
const ARNS = [
  'arn:aws:sqs:us-east-1:000000000000:orders',
  'arn:aws:sns:us-east-1:000000000000:orders-topic',
  'arn:aws:sns:us-east-1:000000000000:orders-topic:0d9f6e0a-1b8b-4c7e-9f4e-5a3b5b0c6d7e',
  'arn:aws-cn:sqs:eu-west-1:999999999999:q',
  'https://sqs.us-east-1.amazonaws.com/000000000000/orders',
  'http://127.0.0.1:1/000000000000/orders',
]
const ATTRIBUTES = [
  'a=1',
  'a:Number=1',
  'a:Number.float=1e5',
  'a:Binary=AAEC',
  'a:Binary=%%%',
  'a:String.x=',
  '=',
  'a',
  'AWS.x=1',
  'a:Number=1e999',
  'a:=1',
  '__proto__=1',
  'a:Binary=AA=A',
]
const PATHS = ['{dir}/none', '{dir}', '/dev/null', '{dir}/body.txt', '{dir}/../none', '{dir}/x/y', '{dir}/body.txt/x']
const JOBS = [
  'rd-20261121-0412-aaaa',
  'rd-20261121-0412-bbbb',
  '{dir}/body.txt',
  './x.wal',
  '{dir}/x.wal',
  'x'.repeat(60),
]
/** Nothing that does anything, wherever it is found. */
const PROGRAMS = ['cat', 'false', 'true', '{dir}/none', '{dir}', '{dir}/body.txt', 'echo {}']

const typed = (...values: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    {weight: 5, arbitrary: fc.constantFrom(...values)},
    {weight: 2, arbitrary: mutated(...values).map(asArgument)},
    {weight: 2, arbitrary: argument},
  )

export const json = fc
  .oneof(
    {weight: 4, arbitrary: mutated(...PATTERNS, ...MESSAGES)},
    {weight: 2, arbitrary: fc.constantFrom(...PATTERNS, ...MESSAGES)},
    {weight: 1, arbitrary: fc.json({maxDepth: 5})},
    {weight: 1, arbitrary: jsonBombs},
  )
  .map(asArgument)

export const name = typed(...NAMES, ...ARNS)
const number = typed(...NUMBERS)
const duration = typed(...DURATIONS, ...INSTANTS)
// No path is made up: what a command writes stays in the folder of the case.
const path = fc.constantFrom(...PATHS)
const document = fc.oneof({weight: 5, arbitrary: json}, {weight: 1, arbitrary: path})

const KINDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  attribute: typed(...ATTRIBUTES),
  backup: fc.constantFrom('{dir}/backup.ndjson', '{dir}/none/x', '{dir}', '/dev/null/x'),
  batch: path,
  body: argument,
  'body-file': path,
  canary: number,
  'canary-max-return': number,
  'canary-wait': fc.constantFrom('1s', '0', 'x', '-1'),
  code: argument,
  concurrency: number,
  delay: duration,
  dlq: name,
  endpoint: name,
  event: document,
  file: path,
  'filter-policy': document,
  for: fc.constantFrom('1s', '0', '-1', 'x'),
  grace: fc.constantFrom('0', '1s', 'x'),
  limit: number,
  match: typed(...REGEXES),
  max: number,
  message: document,
  'newer-than': duration,
  'older-than': duration,
  pattern: document,
  plan: fc.constantFrom('{dir}/plan.json', '{dir}/none/x', '{dir}', '/dev/null/x'),
  'plan-expires': duration,
  'plan-tolerance': number,
  policy: document,
  profile: argument,
  query: typed(...EXPRESSIONS),
  rate: number,
  region: typed('us-east-1', 'eu-west-1', 'mars', 'us-east-1.evil.example'),
  sample: fc.oneof(number, document),
  'sample-queue': name,
  scan: number,
  suite: document,
  through: fc.constantFrom(...PROGRAMS),
  timeout: typed(...DURATIONS),
  to: name,
  'to-region': typed('us-east-1', 'eu-west-1', 'mars'),
  transform: typed(...EXPRESSIONS),
  wait: fc.constantFrom('0', '1', '1s', 'x', '21', '-1'),
  where: typed(...EXPRESSIONS),
  queue: name,
  topic: name,
  subscription: name,
  job: fc.oneof(fc.constantFrom(...JOBS), argument),
}

/** Values as somebody may type them for a flag or an argument of this name. */
export function valuesOf(flag: string): fc.Arbitrary<string> {
  return KINDS[flag] ?? argument
}
