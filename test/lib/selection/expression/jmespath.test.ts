import {describe, expect, it} from 'vitest'
import {compileJmespath} from '../../../../src/lib/selection/expression/jmespath.js'
import {jsonText} from '../../../../src/lib/selection/expression/json.js'
import {parseJson} from '../../../../src/lib/selection/expression/json-reader.js'
import {ExpressionError, Steps} from '../../../../src/lib/selection/expression/steps.js'

async function evaluate(expression: string, document = 'null'): Promise<string> {
  const apply = await compileJmespath(expression)
  return jsonText(apply(parseJson(document), new Steps()), new Steps())
}

const SHOP =
  '{"items":[{"sku":"b","qty":10,"tags":["x"]},{"sku":"a","qty":9,"tags":[]},{"sku":"c","qty":1,"tags":["y","z"]}],"open":true}'

describe('JMESPath', () => {
  it.each([
    ['items[0].sku', '"b"'],
    ['items[-1].sku', '"c"'],
    ['items[3]', 'null'],
    ['items[*].sku', '["b","a","c"]'],
    ['items[?qty > `5`].sku', '["b","a"]'],
    ["items[?qty >= `9` && sku != 'b'].sku", '["a"]'],
    ['items[].tags[]', '["x","y","z"]'],
    ['items[*].tags | [1]', '[]'],
    ['items[::-1].qty', '[1,9,10]'],
    ['items[1:].qty', '[9,1]'],
    ['items[0].*', '["b",10,["x"]]'],
    ['items[0].{s: sku, n: qty}', '{"s":"b","n":10}'],
    ['[open, missing]', '[true,null]'],
    ['open && items[0].qty || `0`', '10'],
    ['!(missing)', 'true'],
    ["open ? 'yes' : 'no'", '"yes"'],
    ['items[0].qty * `2` - `1`', '19'],
    ['items[1].qty % `4`', '1'],
    ['items[0].qty // `3`', '3'],
    ['-items[0].qty', '-10'],
    ['let $most = max(items[*].qty) in items[?qty == $most].sku', '["b"]'],
    ['$.items[1].sku', '"a"'],
    ["items[?contains(tags, 'y')].sku", '["c"]'],
    ['items[?open].sku', '[]'],
    ['"items"[0]."sku"', '"b"'],
  ])('%s', async (expression, result) => {
    expect(await evaluate(expression, SHOP)).toBe(result)
  })

  it.each([
    ['sort(items[*].qty)', '[1,9,10]'],
    ['sort(items[*].sku)', '["a","b","c"]'],
    ['sort_by(items, &qty)[*].sku', '["c","a","b"]'],
    ['max_by(items, &sku).sku', '"c"'],
    ['min_by(items, &qty).sku', '"c"'],
    ['max(items[*].qty)', '10'],
    ['min(`[]`)', 'null'],
    ['sum(items[*].qty)', '20'],
    ['avg(items[*].qty)', '6.666666666666667'],
    ['length(items)', '3'],
    ["length('a😀')", '2'],
    ['keys(items[0])', '["sku","qty","tags"]'],
    ['values(items[1])', '["a",9,[]]'],
    ['items(items[1])[0]', '["sku","a"]'],
    ['from_items(`[["k",1],["10",2]]`)', '{"k":1,"10":2}'],
    ['group_by(items, &sku).b[0].qty', '10'],
    ['map(&qty, items)', '[10,9,1]'],
    ['merge(items[0], `{"qty": 0}`)', '{"sku":"b","qty":0,"tags":["x"]}'],
    ['not_null(missing, items[0].sku)', '"b"'],
    ["reverse('a😀')", '"😀a"'],
    ['zip(`[1,2]`, `[3]`)', '[[1,3]]'],
    ["to_number('12')", '12'],
    ["to_number('')", 'null'],
    ["to_number(' 12')", 'null'],
    ['to_string(`1.50`)', '"1.50"'],
    ['to_array(`1`)', '[1]'],
    ['type(missing)', '"null"'],
    ['abs(`-1.5`)', '1.5'],
    ['ceil(`1.2`)', '2'],
    ['floor(`-1.2`)', '-2'],
    ["join('-', items[*].sku)", '"b-a-c"'],
    ["split('a,b,c', ',', `1`)", '["a","b,c"]'],
    ["replace('aXbXc', 'X', '-', `1`)", '"a-bXc"'],
    ["trim('  a ')", '"a"'],
    ["trim('xaX', 'xX')", '"a"'],
    ["trim_left('  a ')", '"a "'],
    ["trim_right('a\n ')", '"a"'],
    ["upper('é')", '"É"'],
    ["lower('ÀB')", '"àb"'],
    ["pad_left('7', `3`, '0')", '"007"'],
    ["pad_right('7', `3`)", '"7  "'],
    ["starts_with('order-1', 'order')", 'true'],
    ["ends_with('order-1', '-2')", 'false'],
    ["find_first('😀bab', 'b')", '1'],
    ["find_last('😀bab', 'b')", '3'],
    ["contains('timeout', '')", 'true'],
    ['contains(`[[1.0]]`, `[1]`)', 'true'],
  ])('%s', async (expression, result) => {
    expect(await evaluate(expression, SHOP)).toBe(result)
  })

  // The rules of https://jmespath.org/specification.html, where readers and implementations go wrong.
  it.each([
    // What is not there, or of another type, is null and no error.
    ['a.b.c', '{"a":1}', 'null'],
    ['a[0]', '{"a":{"0":1}}', 'null'],
    ['a.b', '{"a":[{"b":1}]}', 'null'],
    ['[?a]', '{"a":1}', 'null'],
    ['*', '[1]', 'null'],
    ['[*]', '{"a":1}', 'null'],
    ['[]', '{"a":1}', 'null'],
    ['a[1:]', '{"a":5}', 'null'],
    ['[a, b]', 'null', '[null,null]'],
    ['a.{x: x}', '{"b":1}', 'null'],
    // A projection leaves out nulls and applies what follows to each; a pipe ends it.
    ['[*].a', '[{"a":1},{"a":null},{},{"a":false}]', '[1,false]'],
    ['[*].a[0]', '[{"a":[1,2]},{"a":[3]}]', '[1,3]'],
    ['[*].a | [0]', '[{"a":[1,2]},{"a":[3]}]', '[1,2]'],
    ['[*][0]', '[[1],[2]]', '[1,2]'],
    ['([*])[0]', '[[1],[2]]', '[1]'],
    ['*.a', '{"x":{"a":1},"y":{"b":2},"z":{"a":3}}', '[1,3]'],
    ['[].a', '[[{"a":1}],{"a":2},[[{"a":3}]]]', '[1,2]'],
    ['[][]', '[[1,[2]],3]', '[1,2,3]'],
    ['a[].b[].c', '{"a":[{"b":[{"c":1},{"c":2}]},{"b":[{"c":3}]}]}', '[1,2,3]'],
    ['a[*].b[*].c', '{"a":[{"b":[{"c":1},{"c":2}]},{"b":[{"c":3}]}]}', '[[1,2],[3]]'],
    ['[*].{n: a}', '[{"a":1},{}]', '[{"n":1},{"n":null}]'],
    // Slices are those of Python.
    ['[::2]', '[0,1,2,3,4]', '[0,2,4]'],
    ['[-2:]', '[0,1,2,3,4]', '[3,4]'],
    ['[:-3]', '[0,1,2,3,4]', '[0,1]'],
    ['[3:0:-1]', '[0,1,2,3,4]', '[3,2,1]'],
    ['[10:]', '[0,1]', '[]'],
    ['[-10:1]', '[0,1]', '[0]'],
    // Numbers alone have an order; types are never converted.
    ['a > b', '{"a":"2","b":"1"}', 'null'],
    ['a < `2`', '{"a":true}', 'null'],
    ['a < `2`', '{}', 'null'],
    ['a == `1`', '{"a":"1"}', 'false'],
    ['a == `1`', '{"a":true}', 'false'],
    ['a == b', '{}', 'true'],
    ['a == `{"x": [1, 2], "y": null}`', '{"a":{"y":null,"x":[1,2]}}', 'true'],
    ['a == `[2, 1]`', '{"a":[1,2]}', 'false'],
    ['[?a != `1`]', '[{"a":1},{"a":2},{}]', '[{"a":2},{}]'],
    ["[?a < `2` || b == 'x']", '[{"a":1},{"a":3,"b":"x"},{"a":"1"}]', '[{"a":1},{"a":3,"b":"x"}]'],
    // Or and and give an operand, and binds tighter than or, not tighter than both.
    ['a || b', '{"a":[],"b":0}', '0'],
    ['a && b', '{"a":{},"b":1}', '{}'],
    ['a && b', '{"a":0,"b":""}', '""'],
    ['a || b && c', '{"a":1,"b":0,"c":false}', '1'],
    ['!a && b', '{"a":"","b":2}', '2'],
    ['!(a == `1`)', '{"a":1}', 'false'],
    ['!`0`', 'null', 'false'],
    // Text is as it is written: a raw string has no JSON escapes, a quoted name has.
    ["'\\n'", 'null', '"\\\\n"'],
    ["'it\\'s'", 'null', '"it\'s"'],
    ['"a.b"', '{"a.b":1,"a":{"b":2}}', '1'],
    ['"\\u0061"', '{"a":1}', '1'],
    ['`"a\\`b"`', 'null', '"a`b"'],
  ])('%s on %s is %s', async (expression, document, result) => {
    expect(await evaluate(expression, document)).toBe(result)
  })

  it('compares every digit of a number, in the document and in the expression', async () => {
    const document = '{"id":9007199254740993,"price":1.0,"list":[9007199254740993,9007199254740992,1e1]}'
    expect(await evaluate('id == `9007199254740992`', document)).toBe('false')
    expect(await evaluate('id == `9007199254740993`', document)).toBe('true')
    expect(await evaluate('id > `9007199254740992`', document)).toBe('true')
    expect(await evaluate('id <= `9007199254740992`', document)).toBe('false')
    expect(await evaluate('price == `1`', document)).toBe('true')
    expect(await evaluate('sort(list)', document)).toBe('[1e1,9007199254740992,9007199254740993]')
    expect(await evaluate('max(list)', document)).toBe('9007199254740993')
    expect(await evaluate('contains(list, `9007199254740994`)', document)).toBe('false')
    await expect(evaluate('id + `1`', document)).rejects.toThrow('9007199254740993 cannot be computed with exactly')
    await expect(evaluate('sum(list)', document)).rejects.toThrow(ExpressionError)
  })

  it('looks names up in the document alone', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'length', 'size', 'get']) {
      expect(await evaluate(`"${name}"`, '{}')).toBe('null')
      expect(await evaluate(`"${name}"`, `{"${name}":1}`)).toBe('1')
      expect(await evaluate(`keys(group_by(@, &n))`, `[{"n":"${name}"}]`)).toBe(`["${name}"]`)
      expect(await evaluate(`merge(@, @)`, `{"${name}":{"x":1}}`)).toBe(`{"${name}":{"x":1}}`)
      expect(await evaluate(`{"${name}": @}`, '1')).toBe(`{"${name}":1}`)
    }
    expect(await evaluate('type(@)', '{"expref":true,"type":"Current"}')).toBe('"object"')
  })

  it('orders texts by code point', async () => {
    expect(await evaluate('sort(@)', '["\u{1F600}","\uFF5E","z"]')).toBe('["z","～","😀"]')
  })

  it.each([
    ["type = 'order'", '= does not compare; write =='],
    ['!a.b', '! binds tighter than what follows; write !(a.b) for !a.b'],
    ['!a[?b]', '! binds tighter'],
    ["type == 'order", "a ' is not closed"],
    ['a == `1', 'a ` is not closed'],
    ['"a', 'a " is not closed'],
    ["a == 'b\\'", "a ' is not closed"],
    ['a == `b`', 'what stands between backticks is not JSON: b'],
    ['a == `{"b":1,"b":2}`', 'what stands between backticks is not JSON'],
    ['a[1-2]', 'a space is needed between numbers and -'],
    ['a[--1]', 'a space is needed between numbers and -'],
    ['a[::0]', 'the step of a slice is not 0'],
    ['lenght(a)', 'there is no function lenght()'],
    ['constructor(a)', 'there is no function constructor()'],
    ['length()', 'length() takes 1 argument, not 0'],
    ['split(a)', 'split() takes 2 to 3 arguments, not 1'],
    ['merge()', 'merge() takes at least 1 argument, not 0'],
    ['sort_by(a, b)', 'argument 2 of sort_by() is written with &'],
    ['length(&a)', 'argument 1 of length() is written without &'],
    ['&a', '& stands only before an argument'],
    ['$a', 'there is no variable $a'],
    ['let $a = b in $c', 'there is no variable $c'],
    ["a == '\uFDD0'", 'U+FDD0 is no character'],
    ['a b', 'Syntax error'],
    ['', 'Syntax error'],
    ['a && ', 'Syntax error'],
    ['a[8:2:0x]', 'Syntax error'],
    ['a'.repeat(10_001), 'it is longer than 10000 characters'],
    ['a' + '[0]'.repeat(1001), 'it is nested too deeply'],
  ])('refuses %s', async (expression, why) => {
    await expect(compileJmespath(expression)).rejects.toThrow(why)
  })

  it('refuses parentheses that would fill the stack', async () => {
    await expect(compileJmespath('('.repeat(9_999))).rejects.toThrow()
    await expect(compileJmespath('!'.repeat(9_999) + 'a')).rejects.toThrow()
  })

  it.each([
    ["abs('1')", 'abs() takes a number, not a string'],
    ["join(',', `[1]`)", 'join() takes an array of strings, not an array of other values'],
    ['sort(`[1,"a"]`)', 'sort() takes an array of numbers or an array of strings, not an array of other values'],
    ['sort_by(`[1,"a"]`, &@)', 'sort_by() compares numbers or strings, not string among number'],
    ['group_by(`[1]`, &@)', 'group_by() groups by strings, not by number'],
    ['`1` / `0`', 'a division by zero'],
    ["`1` + '1'", 'arithmetic takes numbers, not string'],
    ['`9007199254740991` + `1`', 'out of the range of exact numbers'],
    ["split('a', 'b', `-1`)", 'split() takes a number that is not negative, not -1'],
    ["pad_left('a', `1.5`)", 'pad_left() takes a whole number, not 1.5'],
    ["pad_left('a', `3`, 'ab')", 'pad_left() pads with one character'],
    ["replace('a', '', 'b')", 'replace() needs a text to look for'],
    ['from_items(`[["a"]]`)', 'from_items() takes pairs of a string and a value'],
  ])('%s fails on the message', async (expression, why) => {
    await expect(evaluate(expression)).rejects.toThrow(ExpressionError)
    await expect(evaluate(expression)).rejects.toThrow(why)
  })

  it.each([
    ['quadratic comparison', 'list[?contains($.list, @)]'],
    ['quadratic sums', 'list[*].sum($.list)'],
    ['a text that doubles', `text | ${Array(40).fill("join('', [@, @])").join(' | ')}`],
    ['a value that doubles', `list | ${Array(40).fill('[@, @]').join(' | ')} | to_string(@)`],
    [
      'equality of values that double',
      `let $a = list${' | [@, @]'.repeat(40)}, $b = list${' | [@, @]'.repeat(40)} in $a == $b`,
    ],
    ['padding without end', "pad_left('a', `9007199254740991`)"],
    ['padding again and again', "list[*].pad_left('a', `1000000`)"],
    ['searches for a text that is nearly there', `[${Array(300).fill('contains(text, almost)').join(',')}]`],
    ['searches for a short one', `[${Array(300).fill('contains(text, short)').join(',')}]`],
    ['trimming again and again', `[${Array(500).fill('trim(spaces)').join(',')}]`],
    ['splitting again and again', `[${Array(300).fill("split(text, 'a')").join(',')}]`],
    ['replacing with more', "replace(text, 'a', text)"],
    ['flattening what is empty', `[${Array(500).fill('empty[]').join(',')}]`],
    ['merging again and again', `[${Array(500).fill('merge(wide, wide)').join(',')}]`],
    ['a number of many digits', 'list[?@ == $.digits]'],
    ['a projection in a projection', 'list[*].[$.list[*].[$.list[*]]]'],
  ])('stops %s', async (_name, expression) => {
    const document = JSON.stringify({
      list: Array.from({length: 20_000}, (_, i) => i),
      text: 'a'.repeat(300_000),
      almost: `${'a'.repeat(100_000)}b`,
      short: `${'a'.repeat(30)}b`,
      spaces: `${' '.repeat(100_000)}x${' '.repeat(100_000)}`,
      empty: Array(50_000).fill([]),
      wide: Object.fromEntries(Array.from({length: 20_000}, (_, i) => [`k${i}`, i])),
      digits: 0,
    }).replace('"digits":0', `"digits":${'9'.repeat(100_000)}`)
    const apply = await compileJmespath(expression)
    expect(() => apply(parseJson(document), new Steps())).toThrow(/takes too long|text that is too long/)
  })

  it('comes through a body of 1 MiB with what people ask', async () => {
    const document = `{"events":[${Array.from({length: 15_000}, (_, i) => `{"id":${i},"type":"order","note":"${'n'.repeat(30)}"}`).join(',')}]}`
    expect(await evaluate("length(events[?type == 'order' && id > `7499`])", document)).toBe('7500')
    expect(await evaluate('sort_by(events, &id)[-1].id', document)).toBe('14999')
    expect(await evaluate("contains(to_string(@), 'timeout')", document)).toBe('false')
  })
})
