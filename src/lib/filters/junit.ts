import type {SuiteResult} from './check.js'

/**
 * The result of a suite as JUnit XML, which build servers read: one testcase a case, with a failure where it did not come out as expected,
 * skipped where that was in doubt. What XML has no character for is written `\u{..}`. Ends without a newline.
 */
export function junitXml(name: string, {total, failed, doubtful, results}: SuiteResult): string {
  const suite = `name="${attribute(name)}" tests="${total}" failures="${failed}" errors="0" skipped="${doubtful}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${suite}>`,
    ...results.map(result => testcase(name, result)),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')
}

function testcase(suite: string, {id, expected, actual, error, passed, doubt}: SuiteResult['results'][number]): string {
  const head = `    <testcase name="${attribute(id)}" classname="${attribute(suite)}"`
  if (passed) return `${head}/>`
  const kind = doubt === true ? 'skipped' : 'failure'
  const message = attribute(`expected ${expected}, was ${actual}`)
  const text = error === undefined ? '' : content(error)
  return `${head}><${kind} message="${message}">${text}</${kind}></testcase>`
}

const ESCAPES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}

// eslint-disable-next-line no-control-regex -- these are what XML 1.0 has no way to write
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\p{Cs}]/gu

function content(text: string): string {
  return text
    .replace(NOT_IN_XML, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"]/g, character => ESCAPES[character] ?? '')
    .replaceAll('\r', '&#13;')
}

function attribute(text: string): string {
  return content(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
