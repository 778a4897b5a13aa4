import type {Block, FieldsBlock, View} from '../output/view.js'
import {table} from '../output/view.js'
import type {Examination} from './examine.js'
import type {DoctorFinding} from './findings.js'

/** `doctor`: rows, or `forPerson` a section a finding, in which nothing is cut. */
export function examinationView({forPerson}: {readonly forPerson: boolean}): View<Examination> {
  return {
    blocks: examination =>
      forPerson && examination.findings.length > 0 ? examination.findings.map(sectionOf) : [rowsOf(examination)],
    items: ({findings}) => findings,
  }
}

function rowsOf({findings, incomplete, accountId, region}: Examination): Block {
  const nothing = `Nothing was left behind in account ${accountId}, ${region}, nor in the journals of this machine.`
  return table<DoctorFinding>({
    columns: [
      {header: 'resource', value: ({resource}) => resource},
      {header: 'next', value: ({next}) => next},
      {header: 'finding', value: ({message}) => message},
    ],
    rows: findings,
    empty: incomplete.length > 0 ? undefined : nothing,
  })
}

function sectionOf({resource, message, next}: DoctorFinding): FieldsBlock {
  return {
    kind: 'fields',
    title: resource,
    fields: [
      {label: 'Finding', value: message},
      {label: 'Next', value: {text: next, tone: undefined, wrap: 'never'}},
    ],
  }
}
