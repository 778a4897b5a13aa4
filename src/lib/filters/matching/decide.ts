import type {FieldTest} from './field-tree.js'
import type {Findings} from './findings.js'
import {combines} from './combine.js'
import type {Program} from './program.js'

/** Whether the findings of one event meet a pattern. Throws UndecidedError when the event's arrays leave too much to try. */
export function decide({branches}: Program, findings: Findings): boolean {
  for (const branch of branches) {
    if (meetsAll(branch, findings) && (!findings.inArrays || combines(branch, findings))) return true
  }
  return false
}

/** Whether each test could be met for itself; without array elements that is the decision. */
function meetsAll(branch: readonly FieldTest[], findings: Findings): boolean {
  for (const test of branch) {
    if (findings.isMet(test)) continue
    if (findings.inArrays && findings.placesMet(test) !== undefined) continue
    // Values in elements that are not chosen do not count, so what was seen in elements decides later.
    if (!test.absent || findings.isSeen(test)) return false
  }
  return true
}
