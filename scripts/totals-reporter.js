/** Closes a run with one plain line that any log reader understands. */
export default class TotalsReporter {
  onTestRunEnd(modules) {
    const count = {passed: 0, failed: 0, skipped: 0}
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const {state} = test.result()
        if (state in count) count[state] += 1
      }
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
  }
}
