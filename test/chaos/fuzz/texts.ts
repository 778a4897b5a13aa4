import {toUSVString} from 'node:util'
import fc from 'fast-check'
import {hostileStrings} from '../../fixtures/hostile-strings.js'

/** Linux takes no argument of 128 KiB. */
const LONGEST_ARGUMENT = 100_000

const CORPUS = hostileStrings.map(({text}) => text)

/** Code points that terminals obey, reorder or hide, and neighbours that they do not. */
const SIGNS = [0, 7, 8, 9, 10, 13, 27, 127, 155, 157, 173, 8206, 8232, 8238, 8294, 65_279, 65_534, 917_505, 0x1f600]

const PIECES = [
  '{',
  '}',
  '[',
  '"',
  "'",
  '\\',
  ',',
  ':',
  '=',
  '--',
  '$(id)',
  '`id`',
  '%s%n',
  '../',
  '=1+1',
  '@SUM(1)',
  'é',
  '注文',
]

const piece = fc.oneof(
  fc.constantFrom(...CORPUS),
  fc.constantFrom(...PIECES),
  fc.constantFrom(...SIGNS.map(sign => String.fromCodePoint(sign))),
  fc.string({unit: 'binary', maxLength: 40}),
  fc.string({maxLength: 20}),
)

/** JSON that is deep, long, doubled or outside of what numbers can hold. */
export const jsonBombs = fc.oneof(
  fc.constantFrom(1, 50, 1_000, 20_000).map(depth => '['.repeat(depth) + ']'.repeat(depth)),
  fc.constantFrom(1, 50, 1_000, 10_000).map(depth => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.constantFrom(10, 5_000).map(depth => '{"a":['.repeat(depth)),
  fc.constantFrom('1e999', '-1e-999', '9'.repeat(5_000), '0.1e+', '-0', '1E400', '00', '1.', '.5', 'NaN'),
  fc.constantFrom('{"a":1,"a":2}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":1}}', '{"a":1}{"a":2}'),
  fc.constantFrom(
    '{"a":"\\ud800"}',
    '"\\u0000"',
    '{"\\u202e":[]}',
    '\ufeff{}',
    '{"a":1}\u0000',
    '[1,]',
    '{"a":}',
    "{'a':1}",
  ),
  fc
    .constantFrom(100, 9_000)
    .map(count => JSON.stringify(Array.from({length: count}, (_, index) => ({[`k${index}`]: index})))),
)

/** What comes in message bodies, names, tags and errors; now and then hundreds of kilobytes of it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {weight: 8, arbitrary: fc.array(piece, {minLength: 1, maxLength: 6}).map(parts => parts.join(''))},
  {weight: 4, arbitrary: fc.constantFrom(...CORPUS)},
  {weight: 2, arbitrary: fc.json({maxDepth: 4})},
  {weight: 2, arbitrary: jsonBombs},
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.constantFrom(100, 10_000, 60_000))
      .map(([text, times]) => text.slice(0, 5).repeat(times)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', '\n', '\t', '-', '--', '0', 'null', 'true', '=', '.', '..', '/', '~'),
  },
)

/** As a command line can carry it: no NUL, no half of a surrogate pair, less than 128 KiB. */
export function asArgument(text: string): string {
  let argument = toUSVString(text.replaceAll('\0', ''))
  while (Buffer.byteLength(argument) > LONGEST_ARGUMENT) argument = toUSVString(argument.slice(0, argument.length >> 1))
  return argument
}

/** A hostile text that can be typed. */
export const argument = hostileText.map(asArgument)

/** A hostile text as SQS takes it for a body: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const sqsBody = hostileText.map(
  text => toUSVString(text).replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '') || 'x',
)

/** A valid text with some characters lost, doubled or replaced by hostile ones. */
export function mutated(...valid: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(), fc.nat({max: 6}), fc.oneof(fc.constant(''), piece))
  return fc.tuple(fc.constantFrom(...valid), fc.array(edit, {maxLength: 3})).map(([text, edits]) =>
    edits.reduce((changed, [at, length, put]) => {
      const start = at % (changed.length + 1)
      return changed.slice(0, start) + put + changed.slice(start + length)
    }, text),
  )
}
