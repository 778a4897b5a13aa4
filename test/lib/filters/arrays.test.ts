import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {JsonValue} from '../../../src/lib/filters/event-pattern.js'

/** The answers were asked of event-ruler, the library that AWS runs (its matcher without the index, which overlooks a path spelled in two ways). */
describe('arrays of objects', () => {
  it.each([
    ['{"a":{"b":[1],"c":[2]}}', '{"a":[{"b":1},{"c":2}]}', false],
    ['{"a":{"b":[1],"c":[2]}}', '{"a":[{"b":1,"c":2}]}', true],
    ['{"a":{"b":[1]},"x":{"c":[2]}}', '{"a":[{"b":1},{}],"x":[{},{"c":2}]}', true],
    ['{"a":[1]}', '{"a":[[[1]]]}', true],
    ['{"a":[1],"b":[2]}', '{"a":[0,1],"b":[2,3]}', true],
    ['{"a":{"b":[1],"c":[{"exists":false}]}}', '{"a":[{"b":1},{"c":2,"b":3}]}', true],
    ['{"a":{"c":[1],"b":[{"exists":false}]}}', '{"a":[{"c":1},{"b":2,"c":3}]}', false],
    ['{"a":{"b":[{"exists":false}]}}', '{"a":[{"c":1},{"b":2}]}', false],
    ['{"a":[{"exists":false}]}', '{"a":[]}', true],
    ['{"a":[{"exists":false}]}', '{"a":{"b":1}}', true],
    ['{"a":{"a":[3],"b":[1,{"exists":false}]}}', '{"a.b":5,"a":[{"b":1},{"a":3}]}', false],
    ['{"a":{"a":[3],"b":[1,{"exists":false}]}}', '{"a.b":1,"a":[{"b":1},{"a":3}]}', true],
    ['{"a":{"b":[1],"c":[2]}}', '{"a":[[{"b":1}],[{"c":2}]]}', false],
    ['{"a":{"b":[1],"c":[2]}}', '{"a":[{"x":[{"b":1}],"b":1,"c":2}]}', true],
  ])('%s on %s: %s', (pattern, event, expected) => {
    const compiled = compileEventPattern(pattern)
    expect(compiled.matches(event)).toBe(expected)
    expect(compiled.matchesValue(JSON.parse(event) as JsonValue)).toBe(expected)
  })

  it('counts both values of a key that an event has twice', () => {
    expect(compileEventPattern('{"a":[1],"b":[2]}').matches('{"a":1,"a":3,"b":2}')).toBe(true)
  })

  it('keeps nothing of the event before', () => {
    const pattern = compileEventPattern('{"a":{"b":[1],"c":[2]}}')
    expect(pattern.matches('{"a":[{"b":1}]}')).toBe(false)
    expect(pattern.matches('{"a":[{"c":2}]}')).toBe(false)
    expect(pattern.matches('{"a":[{"b":1,"c":2}]}')).toBe(true)
    expect(pattern.matches('{"a":{"c":2}}')).toBe(false)
  })
})
