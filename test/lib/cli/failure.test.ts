import {CLIError, ExitError} from '@oclif/core/errors'
import {describe, expect, test} from 'vitest'
import {failureOf} from '../../../src/lib/cli/failure.js'
import {Interrupted} from '../../../src/lib/cli/interruption.js'
import {commandNotFound} from '../../../src/lib/cli/not-found.js'
import {OpsError} from '../../../src/lib/ops-error.js'

const quiet = {debug: false}

describe('failureOf', () => {
  test('an OpsError has its own code and words', () => {
    const error = new OpsError('No queue', {
      code: 'QueueDoesNotExist',
      exitCode: 5,
      suggestions: ['orders'],
      requestId: 'r',
    })
    expect(failureOf(error, quiet)).toEqual({
      exitCode: 5,
      report: {
        code: 'QueueDoesNotExist',
        message: 'No queue',
        suggestions: ['orders'],
        requestId: 'r',
        details: undefined,
      },
    })
  })

  test('an OpsError from a flag loses the frame that oclif puts around it, and nothing else', () => {
    const error = new OpsError('x', {code: 'UsageError', exitCode: 2})
    error.message = 'Parsing --wait \n\t"\u001b[2J" is no duration\nSee more help with --help'
    expect(failureOf(error, quiet).report?.message).toBe('--wait: "\u001b[2J" is no duration')
  })

  test('a flag that stands in the environment is called by its variable, in usage errors alone', () => {
    const variables = new Map([['timeout', 'MSGOPS_TIMEOUT']])
    const words = (exitCode: 2 | 7) =>
      failureOf(new OpsError('--timeout: "x" is no duration', {code: 'DurationInvalid', exitCode}), {
        ...quiet,
        variables,
      })
    expect(words(2).report).toMatchObject({
      message: 'MSGOPS_TIMEOUT: "x" is no duration',
      suggestions: ['MSGOPS_TIMEOUT is set in the environment; --timeout on the command line is used instead of it.'],
    })
    expect(words(7).report?.message).toBe('--timeout: "x" is no duration')
  })

  test('what oclif refuses is a usage error, with the flags that look alike', () => {
    const error = Object.assign(new CLIError('Nonexistent flag: --jsno\nSee more help with --help'), {
      flags: ['--jsno'],
    })
    expect(failureOf(error, {debug: false, help: 'msgops queue list --help', flags: ['--json', '--query']})).toEqual({
      exitCode: 2,
      report: {
        code: 'UsageError',
        message: 'Nonexistent flag: --jsno',
        suggestions: ['Did you mean --json?', 'All flags and arguments: msgops queue list --help'],
      },
    })
  })

  test('a missing argument is named, with what it is', () => {
    const suite = {name: 'suite', description: 'A file.'}
    const missing = (...args: object[]) =>
      failureOf(
        Object.assign(
          new CLIError(
            'Missing 1 required arg:\nsuite  A file.\n\nNote: --id allows multiple values.\nSee more help with --help',
          ),
          {args},
        ),
        {debug: false, help: 'msgops filter check --help'},
      )
    expect(missing(suite)).toEqual({
      exitCode: 2,
      report: {
        code: 'UsageError',
        message: 'suite is missing',
        suggestions: ['suite: A file.', 'All flags and arguments: msgops filter check --help'],
      },
    })
    expect(missing({name: 'queue'}, suite).report).toMatchObject({
      message: 'queue and suite are missing',
      suggestions: ['suite: A file.', 'All flags and arguments: msgops filter check --help'],
    })
  })

  test.each([
    ['Missing required flag policy', '--policy is missing'],
    ['Missing required flag message\n  Missing required flag policy', '--message and --policy are missing'],
    [
      'Missing required flag policy\n  All of the following must be provided when using --wait: --live',
      '--policy is missing; All of the following must be provided when using --wait: --live',
    ],
    [
      '--a cannot be used with --b\n  --c cannot be used with --d',
      '--a cannot be used with --b\n--c cannot be used with --d',
    ],
  ])('flags that are missing are named as they are written: %j', (said, message) => {
    const error = new CLIError(
      `The following errors occurred:\n  \u001b[2m${said}\u001b[22m\nSee more help with --help`,
    )
    expect(failureOf(error, quiet).report?.message).toBe(message)
  })

  test('painted sentences of oclif come out plain', () => {
    const error = new CLIError(
      'The following error occurred:\n  \u001b[2m--a cannot be used with --b\u001b[22m\nSee more help with --help',
    )
    expect(failureOf(error, quiet).report?.message).toBe('--a cannot be used with --b')
  })

  test('leaving is not failing', () => {
    expect(failureOf(new ExitError(0), quiet)).toEqual({exitCode: 0})
    expect(failureOf(new Interrupted('Interrupted by SIGINT', 130), quiet)).toEqual({exitCode: 130})
  })

  test.each([
    [new TypeError('x is undefined'), 'TypeError: x is undefined'],
    [new Error('plain'), 'plain'],
    ['a string', "Something threw 'a string'"],
    [undefined, 'Something threw undefined'],
  ])('everything else is a bug: %s', (error, message) => {
    const {exitCode, report} = failureOf(error, quiet)
    expect(exitCode).toBe(70)
    expect(report).toMatchObject({code: 'InternalError', message, details: undefined})
    expect(report?.suggestions[0]).toContain('bug in msgops')
  })

  test('--debug shows stack and cause', () => {
    const error = new OpsError('No queue', {code: 'X', exitCode: 1, cause: new Error('the cause')})
    expect(failureOf(error, {debug: true}).report?.details).toMatch(/failure\.test\.ts[^]*the cause/)
    expect(failureOf(new Error('bug'), {debug: true}).report?.details).toContain('failure.test.ts')
  })
})

describe('commandNotFound', () => {
  const index = {
    bin: 'msgops',
    commands: ['queue:list', 'queue:show', 'dlq:list', 'whoami', 'queue:ls', 'queue:shw'].map(id => ({
      id,
      aliases: ['queue:ls'],
      hidden: id === 'queue:shw',
    })),
  }
  test.each([
    [['queue', 'lst', 'orders'], 'There is no command "queue lst"', 'Did you mean: msgops queue list'],
    [['whomai'], 'There is no command "whomai"', 'Did you mean: msgops whoami'],
    [['queue', 'xyzzy'], 'There is no command "queue xyzzy"', 'Did you mean: msgops queue list, msgops queue show'],
  ])('%j', (words, message, suggestion) => {
    const error = commandNotFound(words, index)
    expect(error).toMatchObject({message, code: 'CommandNotFound', exitCode: 2})
    expect(error.suggestions).toEqual([suggestion, 'All commands: msgops --help'])
  })

  test('without anything alike, only the way to the help', () => {
    expect(commandNotFound(['frobnicate'], index).suggestions).toEqual(['All commands: msgops --help'])
  })
})
