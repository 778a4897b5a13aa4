import {describe, expect, it} from 'vitest'
import {StopRule} from '../../../../src/lib/redrive/client/stop-rule.js'

/** A clock in seconds and a queue, as one host of a shared redrive sees them. */
class Host {
  selected = 0
  private readonly rule = new StopRule(0)

  /** Something new came: `selected` of it to be moved. */
  received(second: number, selected = 0): void {
    this.rule.received(second * 1000)
    this.selected += selected
  }

  /** Polls once a second and reads the counters, until it is to end; the second and why. */
  wait(
    from: number,
    queue: (second: number) => {visible?: number; inFlight: number; held: number},
    news: (second: number) => boolean = () => false,
  ): string {
    for (let second = from; second < from + 2000; second++) {
      if (news(second)) this.received(second)
      const {visible = 0, inFlight, held} = queue(second)
      const verdict = this.rule.judge({
        nowMs: second * 1000,
        depth: {visible, inFlight, delayed: 0},
        heldByUs: held,
        heldBlocks: false,
        shared: {selected: this.selected},
      })
      if (verdict !== 'poll-again') return `${verdict} at ${second}`
    }
    return 'for ever'
  }
}

describe('the end of a shared redrive', () => {
  it('comes ninety seconds after the last news while others hold messages', () => {
    const host = new Host()
    host.received(10, 10)
    host.received(20)
    expect(host.wait(21, () => ({inFlight: 50, held: 20}))).toBe('others-hold-the-rest at 111')
  })

  it('comes at once where nobody else holds anything', () => {
    const host = new Host()
    host.received(10, 10)
    expect(host.wait(11, () => ({inFlight: 20, held: 20}))).toBe('empty at 12')
  })

  it('is not put off by what other hosts give back unselected as they end', () => {
    const host = new Host()
    host.received(10, 10)
    // From its ninetieth second on, one host after the other gives back ten.
    const queue = (second: number) => ({inFlight: 50, held: second < 100 ? 20 : 30})
    expect(host.wait(11, queue, second => second >= 98)).toBe('others-hold-the-rest at 101')
  })

  it('is put off by news before there was a lull', () => {
    const host = new Host()
    host.received(10, 10)
    expect(
      host.wait(
        11,
        () => ({inFlight: 50, held: 20}),
        second => second === 60,
      ),
    ).toBe('others-hold-the-rest at 150')
  })

  it('is put off by a message to move, also after a lull: another host may have died with its like', () => {
    const host = new Host()
    host.received(10, 10)
    const queue = (second: number) => {
      if (second === 90) host.received(90, 1)
      return {inFlight: 50, held: 20}
    }
    expect(host.wait(11, queue)).toBe('others-hold-the-rest at 180')
  })

  it('is put off by any news again once a message to move has come after a lull', () => {
    const host = new Host()
    host.received(10, 10)
    const queue = (second: number) => {
      if (second === 90) host.received(90, 1)
      return {inFlight: 50, held: 20}
    }
    expect(host.wait(11, queue, second => second === 120)).toBe('others-hold-the-rest at 210')
  })

  it('waits while another host is at work: what it holds comes back a visibility timeout after its death', () => {
    const host = new Host()
    host.received(10, 10)
    // The other one moves a message every ten seconds, is killed at 95 with ten, and those come back at 150.
    const queue = (second: number) => ({inFlight: 50 - Math.floor(Math.min(second, 95) / 10), held: 0})
    expect(host.wait(11, queue, second => second === 150)).toBe('others-hold-the-rest at 240')
  })

  it('does not wait for ever for a consumer that takes messages while producers send', () => {
    const host = new Host()
    host.received(10, 10)
    expect(host.wait(11, second => ({inFlight: 5 + (second % 2), held: 0}))).toBe('others-hold-the-rest at 398')
  })

  it('of one host alone is not put off by a queue that gets emptier', () => {
    const rule = new StopRule(0)
    const at = (second: number, inFlight: number) =>
      rule.judge({
        nowMs: second * 1000,
        depth: {visible: 0, inFlight, delayed: 0},
        heldByUs: 0,
        heldBlocks: false,
      })
    expect([at(0, 9), at(80, 8), at(90, 7)]).toEqual(['poll-again', 'poll-again', 'others-hold-the-rest'])
  })
})
