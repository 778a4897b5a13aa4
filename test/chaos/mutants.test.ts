import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {MUTANTS} from './mutants/mutants.js'

const sourceOf = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../src/lib/redrive/${file}`, import.meta.url)), 'utf8')

// The long tier alone breaks the engine in these ways; a text that is gone would be found there only, hours later.
test.each(MUTANTS)('what is changed stands once in its file: $name', ({file, text, instead}) => {
  expect(sourceOf(file).split(text)).toHaveLength(2)
  expect(instead).not.toBe(text)
})
