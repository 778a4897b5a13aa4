import type {CaseResult, SuiteResult} from './check.js'
import {faultOf} from './fault.js'

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

function testcase(suite: string, result: CaseResult): string {
  const {id, passed, doubt} = result
  // Jenkins takes what stands before the last dot for a package.
  const head = `    <testcase name="${attribute(id)}" classname="${attribute(suite.replaceAll('.', '_'))}"`
  if (passed) return `${head}/>`
  const kind = doubt === true ? 'skipped' : 'failure'
  const {what, details} = faultOf(result)
  // Lists of failures show the message alone.
  const message = attribute([what, ...details.slice(0, 1)].join(': '))
  return `${head}><${kind} message="${message}">${content([what, ...details].join('\n'))}</${kind}></testcase>`
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
