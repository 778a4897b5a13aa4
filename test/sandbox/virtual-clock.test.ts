import {afterEach, describe, expect, it, vi} from 'vitest'
import {VirtualClock} from '../../src/sandbox/virtual-clock.js'

const NOON = Date.UTC(2026, 3, 21, 12)

describe('a clock that stands still', () => {
  function frozen() {
    const clock = new VirtualClock()
    clock.freeze(NOON)
    return clock
  }

  it('stays where it was put', () => {
    const clock = frozen()
    expect(clock.now()).toBe(NOON)
    expect(clock.frozen).toBe(true)
  })

  it('runs timers in the order of their instants, each at its own instant', () => {
    const clock = frozen()
    const seen: [string, number][] = []
    clock.at(NOON + 30_000, () => seen.push(['third', clock.now() - NOON]))
    clock.at(NOON + 10_000, () => seen.push(['first', clock.now() - NOON]))
    clock.at(NOON + 20_000, () => seen.push(['second', clock.now() - NOON]))
    clock.at(NOON + 30_001, () => seen.push(['too late', 0]))
    clock.advance(30_000)
    expect(seen).toEqual([
      ['first', 10_000],
      ['second', 20_000],
      ['third', 30_000],
    ])
    expect(clock.now()).toBe(NOON + 30_000)
  })

  it('runs timers of one instant in the order in which they were set', () => {
    const clock = frozen()
    const seen: number[] = []
    for (const i of [0, 1, 2, 3, 4, 5, 6, 7]) clock.at(NOON + 5, () => seen.push(i))
    clock.advance(5)
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('runs timers that other timers set on the way', () => {
    const clock = frozen()
    const seen: number[] = []
    const everySecond = () => {
      seen.push(clock.now() - NOON)
      clock.at(clock.now() + 1000, everySecond)
    }
    clock.at(NOON + 1000, everySecond)
    clock.advance(3500)
    expect(seen).toEqual([1000, 2000, 3000])
  })

  it('never runs a cancelled timer, not even one cancelled by the timer before it', () => {
    const clock = frozen()
    const seen: string[] = []
    const cancels: (() => void)[] = []
    clock.at(NOON + 1, () => cancels.forEach(cancel => cancel()))
    for (let i = 0; i < 500; i++) cancels.push(clock.at(NOON + 2 + (i % 7), () => seen.push('cancelled')))
    clock.at(NOON + 4, () => seen.push('kept'))
    clock.advance(100)
    expect(seen).toEqual(['kept'])
  })

  it('keeps order through many timers and cancellations', () => {
    const clock = frozen()
    const seen: number[] = []
    for (let i = 0; i < 1000; i++) {
      const delay = (i * 7919) % 1009
      const cancel = clock.at(NOON + delay, () => seen.push(delay))
      if (i % 3 === 0) cancel()
    }
    clock.advance(2000)
    expect(seen).toHaveLength(666)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it('refuses to go back or nowhere in particular', () => {
    const clock = frozen()
    expect(() => clock.advance(-1)).toThrow(RangeError)
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError)
    expect(() => clock.advance(Infinity)).toThrow(RangeError)
  })
})

describe('a running clock', () => {
  afterEach(() => vi.useRealTimers())

  it('follows the wall clock, ahead by what it was advanced', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    expect(clock.now()).toBe(NOON)
    clock.advance(600_000)
    vi.setSystemTime(NOON + 5000)
    expect(clock.now()).toBe(NOON + 605_000)
    expect(clock.offsetMs).toBe(600_000)
    clock.reset()
    expect(clock.now()).toBe(NOON + 5000)
  })

  it('fires timers by itself when their moment comes', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.at(NOON + 5000, () => seen.push('five'))
    clock.at(NOON + 2000, () => seen.push('two'))
    vi.advanceTimersByTime(1999)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen).toEqual(['two'])
    vi.advanceTimersByTime(3000)
    expect(seen).toEqual(['two', 'five'])
  })

  it('fires a timer whose instant has passed, even while time stands still', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    clock.freeze()
    const seen: string[] = []
    clock.at(NOON - 1, () => seen.push('late'))
    clock.at(NOON + 1, () => seen.push('future'))
    vi.advanceTimersByTime(60_000)
    expect(seen).toEqual(['late'])
  })

  it('reaches timers further away than setTimeout can count', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    const seen: string[] = []
    const inThirtyDays = 30 * 86_400_000
    clock.at(NOON + inThirtyDays, () => seen.push('month'))
    vi.advanceTimersByTime(inThirtyDays - 1)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen).toEqual(['month'])
  })

  it('runs on from where it stood when it is let go', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    clock.freeze()
    vi.setSystemTime(NOON + 90_000)
    clock.advance(1000)
    clock.resume()
    vi.setSystemTime(NOON + 91_000)
    expect(clock.now()).toBe(NOON + 2000)
  })

  it('forgets every timer when it is closed', () => {
    vi.useFakeTimers({now: NOON})
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.at(NOON + 10, () => seen.push('never'))
    clock.close()
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
