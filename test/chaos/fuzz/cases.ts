import fc from 'fast-check'
import type {FuzzCase, FuzzOutput, Planted} from './fuzz-case.js'
import {argument, hostileText, jsonBombs, mutated, sqsBody} from './texts.js'
import {json, name, valuesOf} from './values.js'

/** Of oclif.manifest.json, what is needed to make up a command line. */
export interface CommandFacts {
  readonly id: string
  readonly args: Readonly<Record<string, {readonly required?: boolean}>>
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly type: string
        readonly options?: readonly string[]
        readonly required?: boolean
        readonly helpGroup?: string
      }
    >
  >
}

/** Commands that do not end, or change the world of the cases after them. */
const LEFT_OUT = new Set(['help', 'sandbox:start', 'sandbox:clock', 'sandbox:fault', 'sandbox:reset'])
/** Flags that wait without end, or make what takes seconds to remove. */
const FLAGS_LEFT_OUT = new Set(['follow', 'live', 'attach', 'endpoint-url', 'sandbox', 'output', 'json'])

const output = fc.constantFrom<FuzzOutput>('tsv', 'tsv', 'table', 'json', 'json', 'ndjson', 'csv')

/** The words that ask for this form. */
function outputWords(form: FuzzOutput): string[] {
  return form === 'tsv' || form === 'any' ? [] : ['--output', form]
}

/** A command with flags and arguments as somebody may type them, right and wrong. */
function typedCommands(commands: readonly CommandFacts[]): fc.Arbitrary<FuzzCase> {
  const chosen = commands.filter(({id}) => !LEFT_OUT.has(id))
  return fc.constantFrom(...chosen).chain(command =>
    fc.tuple(output, flagWords(command), argumentWords(command)).map(([form, flags, args]) => ({
      family: `flags of ${command.id.replaceAll(':', ' ')}`,
      // A question is refused, and nothing that waits waits long.
      args: [...command.id.split(':'), ...flags, '--timeout', '1', ...outputWords(form), ...args],
      output: flags.includes('--query') ? ('any' as const) : form,
    })),
  )
}

function flagWords({id, flags}: CommandFacts): fc.Arbitrary<string[]> {
  const own = Object.entries(flags).filter(([flag]) => !FLAGS_LEFT_OUT.has(flag) && flag !== 'timeout')
  const words = own.map(([flag, {type, options, required = false, helpGroup}]) => {
    const value =
      options === undefined
        ? valuesOf(flag)
        : fc.oneof(fc.constantFrom(...options), fc.constantFrom(...options), argument)
    const given = type === 'boolean' ? fc.constant([`--${flag}`]) : value.map(text => [`--${flag}=${text}`])
    const share = required ? 9 : helpGroup === undefined ? 3 : 1
    return fc.oneof({weight: share, arbitrary: given}, {weight: 10 - share, arbitrary: fc.constant<string[]>([])})
  })
  // A tail that begins waits for its timeout: most only show what they would make.
  const first =
    id === 'topic:tail' ? fc.constantFrom(['--dry-run'], ['--dry-run'], ['--dry-run'], []) : fc.constant<string[]>([])
  return fc.tuple(first, ...words).map(parts => parts.flat())
}

function argumentWords({args}: CommandFacts): fc.Arbitrary<string[]> {
  const words = Object.entries(args).map(([arg, {required = false}]) =>
    fc.oneof(
      {weight: required ? 12 : 3, arbitrary: valuesOf(arg).map(text => [text])},
      {weight: 1, arbitrary: fc.constant<string[]>([])},
    ),
  )
  const extra = fc.oneof(
    {weight: 20, arbitrary: fc.constant<string[]>([])},
    {weight: 1, arbitrary: argument.map(text => [text])},
  )
  // After `--` nothing is a flag, whatever it looks like.
  return fc.tuple(fc.constantFrom([], [], ['--']), ...words, extra).map(parts => parts.flat())
}

const attributes: fc.Arbitrary<Planted['attributes']> = fc
  .array(
    fc.tuple(fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/), fc.constantFrom('String', 'String.x', 'Number'), sqsBody),
    {maxLength: 3},
  )
  .map(entries =>
    Object.fromEntries(
      entries.map(([key, DataType, text]) => [
        key,
        {DataType, StringValue: DataType === 'Number' ? '1.50' : text.slice(0, 2_000)},
      ]),
    ),
  )

const planted = fc.record({body: sqsBody, attributes})

const SHOWN = [
  ['queue', 'peek', '{queue}', '--wait', '1s'],
  ['queue', 'peek', '{queue}', '--full', '--wait', '1s'],
  ['dlq', 'show', '{queue}', '--force'],
  ['dlq', 'redrive', '{queue}', '--to', '{queue}-out', '--max', '1', '--dry-run'],
]

/** A message with a hostile body, looked at in every form; half of them as JSON, in which it is exact. */
const messages: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    planted,
    fc.oneof(output, fc.constant<FuzzOutput>('json')),
    fc.constantFrom(...SHOWN),
    fc.oneof({weight: 2, arbitrary: fc.constant<string[]>([])}, {weight: 1, arbitrary: selections()}),
  )
  .map(([message, form, words, selection]) => ({
    family: 'messages shown',
    args: [...words, ...selection, ...outputWords(form)],
    output: form,
    planted: message,
    exact: form === 'json' && words[1] === 'peek' && selection.length === 0 ? ('shown' as const) : undefined,
  }))

const WITH_ATTRIBUTES = [
  'queue send orders --body x --dry-run',
  'topic publish orders-topic x --dry-run',
  'topic trace orders-topic --message x',
  'queue peek orders-dlq --wait 1s',
  'dlq show orders-dlq',
]

/** Message attributes as they are typed, on command lines that are right otherwise. */
const typedAttributes: fc.Arbitrary<FuzzCase> = fc
  .tuple(fc.constantFrom(...WITH_ATTRIBUTES), fc.array(valuesOf('attribute'), {minLength: 1, maxLength: 3}), output)
  .map(([words, given, form]) => ({
    family: 'attributes',
    args: [...words.split(' '), ...given.map(text => `--attribute=${text}`), ...outputWords(form)],
    output: form,
  }))

function selections(): fc.Arbitrary<string[]> {
  return fc
    .constantFrom('where', 'match', 'pattern', 'attribute', 'older-than', 'id')
    .chain(flag => valuesOf(flag).map(value => [`--${flag}=${value}`]))
}

/** A message with a hostile body that is moved: what arrives is what was there. */
const moved: fc.Arbitrary<FuzzCase> = fc.tuple(planted, output).map(([message, form]) => ({
  family: 'messages moved',
  args: [
    'dlq',
    'redrive',
    '{queue}',
    '--to',
    '{queue}-out',
    '--engine',
    'client',
    '--max',
    '1',
    '--yes',
    ...outputWords(form),
  ],
  output: form,
  planted: message,
  exact: 'moved',
}))

/** A hostile body that is sent: it arrives as it is, or is refused. */
const sent: fc.Arbitrary<FuzzCase> = fc.tuple(argument, output).map(([body, form]) => ({
  family: 'messages sent',
  args: ['queue', 'send', '{queue}-out', `--body=${body}`, ...outputWords(form)],
  output: form,
  planted: {body, attributes: {}},
  exact: 'sent',
}))

const READS = [
  ['queue', 'list'],
  ['queue', 'show', 'orders-dlq'],
  ['queue', 'peek', 'orders-dlq', '--wait', '1s'],
  ['dlq', 'list'],
  ['dlq', 'show', 'orders-dlq'],
  ['dlq', 'redrive', 'orders-dlq', '--dry-run'],
  ['topic', 'list'],
  ['topic', 'show', 'orders-topic'],
  ['topic', 'trace', 'orders-topic', '--message', '{"a":1}'],
  ['topic', 'publish', 'orders-topic', 'x', '--dry-run'],
  ['filter', 'show', 'orders-topic', '--endpoint', 'order-archive'],
  ['filter', 'set', 'orders-topic', '--endpoint', 'order-archive', '--policy', '{"a":["b"]}', '--dry-run'],
  ['queue', 'purge', 'orders', '--dry-run'],
  ['job', 'list'],
  ['doctor'],
  ['whoami'],
]

/** Names, tags, policies, bodies and errors as a hostile account could have them: strings of AWS's replies are replaced. */
const replies: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    fc.constantFrom(...READS),
    output,
    fc.nat(),
    fc.constantFrom(0.05, 0.3, 1),
    fc.array(hostileText, {minLength: 1, maxLength: 5}),
  )
  .map(([words, form, seed, rate, texts]) => ({
    family: 'replies of AWS',
    args: [...words, '--timeout', '2', ...outputWords(form)],
    output: form,
    mangle: {seed, rate, texts: texts.map(text => text.slice(0, 100_000))},
  }))

const DECIDED: readonly (readonly [words: string, flag: string])[] = [
  ['filter test --policy', '--message'],
  ['filter test --scope MessageBody --policy', '--message'],
  ['filter lint --policy', '--message'],
  ['pattern test --pattern', '--event'],
  ['pattern lint --pattern', '--event'],
  ['topic trace orders-topic --message', '--attribute'],
  ['filter set orders-topic --endpoint order-mails --dry-run --policy', '--sample'],
]

const policies: fc.Arbitrary<FuzzCase> = fc
  .tuple(fc.constantFrom(...DECIDED), json, json, output)
  .map(([[first, second], one, other, form]) => {
    const words = first.split(' ')
    return {
      family: 'policies and patterns',
      args: [...words.slice(0, -1), `${words.at(-1)}=${one}`, `${second}=${other}`, ...outputWords(form)],
      output: form,
    }
  })

const BATCH =
  '{"message":"one"}\n{"message":"two","subject":"s","attributes":{"a":{"DataType":"String","StringValue":"b"}}}\n'
const SUITE = '{"id":"a","policy":{"a":["x"]},"message":{"attributes":{},"body":""},"expect":"match"}\n'
const PATTERN_SUITE = '[{"id":"a","pattern":{"a":["x"]},"event":{"a":"x"},"expect":"match"}]'
const FILES: readonly (readonly [words: string, valid: string])[] = [
  ['topic publish orders-topic --dry-run --batch {dir}/given', BATCH],
  ['topic publish orders-topic --dry-run --file {dir}/given', 'a message'],
  ['filter check {dir}/given', SUITE],
  ['pattern check {dir}/given', PATTERN_SUITE],
  ['queue send orders --dry-run --body-file {dir}/given', 'a body'],
  [
    'job apply --dry-run {dir}/given',
    '{"msgops":"plan","schema":1,"account":"000000000000","region":"us-east-1","request":{}}',
  ],
  ['job verify {dir}/given', '00000000 2 {}\n{"journal":"msgops"}'],
  ['job show {dir}/given', '00000000 2 {}\n{"journal":"msgops"}'],
  ['filter lint --policy {dir}/given --message {dir}/given', '{"a":["x"]}'],
  ['filter set orders-topic --endpoint order-mails --dry-run --policy {"a":["b"]} --sample {dir}/given', BATCH],
]

/** Files whose lines are not what they should be. */
const files: fc.Arbitrary<FuzzCase> = fc.constantFrom(...FILES).chain(([words, valid]) =>
  fc
    .tuple(
      fc.oneof(
        {weight: 3, arbitrary: mutated(valid)},
        {weight: 1, arbitrary: hostileText},
        {weight: 1, arbitrary: jsonBombs},
      ),
      output,
    )
    .map(([given, form]) => ({
      family: 'files',
      args: [...words.split(' '), ...outputWords(form)],
      output: form,
      files: {given},
    })),
)

const JOURNALS = [
  'job list --local',
  'job verify {job}',
  'job show {job}',
  'job export {job}',
  'doctor',
  'job resume {job} --yes',
  'job cancel {job} --yes',
]

/** Journals, and files among them, that are damaged. */
const journals: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    fc.constantFrom(...JOURNALS),
    fc.oneof(hostileText, mutated('00000000 2 {}\n', '{"journal":"msgops","schema":1}\n')),
    output,
  )
  .map(([words, given, form]) => ({
    family: 'journals',
    args: [...words.replace('{job}', 'rd-20261121-0412-aaaa').split(' '), ...outputWords(form)],
    output: form,
    env: {XDG_STATE_HOME: '{dir}'},
    files: {'msgops/runs/rd-20261121-0412-aaaa.wal': given, 'msgops/runs/notes': given},
  }))

const VARIABLES = [
  'MSGOPS_OUTPUT',
  'MSGOPS_QUERY',
  'MSGOPS_TIMEOUT',
  'MSGOPS_REGION',
  'MSGOPS_PROFILE',
  'MSGOPS_YES',
  'MSGOPS_READ_ONLY',
  'MSGOPS_NO_INPUT',
  'MSGOPS_DEBUG',
  'MSGOPS_NO_COLOR',
  'AWS_REGION',
  'AWS_PROFILE',
  'NO_COLOR',
  'TERM',
  'XDG_STATE_HOME',
]

/** An environment that somebody wrote by hand. */
const environments: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    fc.constantFrom('queue list', 'whoami', 'job list', 'doctor', 'filter lint --policy {}'),
    fc.dictionary(fc.constantFrom(...VARIABLES), argument, {minKeys: 1, maxKeys: 2}),
  )
  .map(([words, env]) => ({
    family: 'environment',
    args: words.split(' '),
    output: 'any',
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.slice(0, 1_000)])),
  }))

/** Profiles as the AWS configuration has them, none of which runs a program or names a host. */
const profiles: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    mutated(
      '[default]\nregion = us-east-1\n',
      '[profile p]\nregion=us-east-1\naws_access_key_id=a\naws_secret_access_key=b\n',
    ),
    name,
  )
  .map(([config, profile]) => ({
    family: 'profiles',
    args: ['whoami', '--profile', profile, '--timeout', '1'],
    output: 'tsv',
    files: {config},
    env: {MSGOPS_SANDBOX: '0', AWS_CONFIG_FILE: '{dir}/config', AWS_ENDPOINT_URL: '{sandbox}'},
  }))

/** Command lines that are no command at all. */
const nonsense: fc.Arbitrary<FuzzCase> = fc
  .array(fc.oneof(argument, fc.constantFrom('queue', 'list', '--json', '--help', '--', '-h', '--version', 'dlq')), {
    minLength: 1,
    maxLength: 4,
  })
  .map(args => ({family: 'no command', args, output: 'any'}))

/** Every kind of case, in shares. */
export function fuzzCases(commands: readonly CommandFacts[]): fc.Arbitrary<FuzzCase> {
  return fc.oneof(
    {weight: 28, arbitrary: typedCommands(commands)},
    {weight: 14, arbitrary: messages},
    {weight: 5, arbitrary: typedAttributes},
    {weight: 6, arbitrary: moved},
    {weight: 6, arbitrary: sent},
    {weight: 12, arbitrary: replies},
    {weight: 12, arbitrary: policies},
    {weight: 6, arbitrary: files},
    {weight: 4, arbitrary: journals},
    {weight: 3, arbitrary: environments},
    {weight: 2, arbitrary: profiles},
    {weight: 3, arbitrary: nonsense},
  )
}
