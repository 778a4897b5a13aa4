import {describe, expect, test} from 'vitest'
import {environmentSwitch} from '../../../src/lib/cli/environment.js'
import {resolveSettings} from '../../../src/lib/cli/settings.js'

describe('environmentSwitch', () => {
  test.each(['1', 'true', 'TRUE', 'yes', 'y', 'on', ' On '])('%j is on', value => {
    expect(environmentSwitch({X: value}, 'X')).toBe(true)
  })
  test.each([undefined, '', '0', 'false', 'no', 'n', 'OFF'])('%j is off', value => {
    expect(environmentSwitch({X: value}, 'X')).toBe(false)
  })
  test.each(['banana', '2', 'tru'])('%j is refused: a guard must not be off because of its spelling', value => {
    expect(() => environmentSwitch({X: value}, 'X')).toThrow(expect.objectContaining({exitCode: 2}))
  })
})

describe('resolveSettings', () => {
  test('without flags and environment nothing is on', () => {
    expect(resolveSettings({}, new Set(), {}, false)).toEqual({
      mode: 'tsv',
      query: undefined,
      noColor: false,
      readOnly: false,
      yes: false,
      confirm: undefined,
      noInput: false,
      timeoutSeconds: undefined,
      debug: false,
      profile: undefined,
      region: undefined,
      endpointUrl: undefined,
      sandbox: false,
    })
  })

  test('switches come from the command line or the environment', () => {
    const env = {MSGOPS_READ_ONLY: 'on', MSGOPS_NO_INPUT: '1', MSGOPS_YES: 'yes'}
    const settings = resolveSettings({debug: true}, new Set(['debug']), env, false)
    expect(settings).toMatchObject({
      readOnly: true,
      noInput: true,
      yes: true,
      debug: true,
      noColor: false,
      sandbox: false,
    })
  })

  test('a misspelt guard is refused', () => {
    expect(() => resolveSettings({}, new Set(), {MSGOPS_READ_ONLY: 'ture'}, false)).toThrow('MSGOPS_READ_ONLY')
  })

  test('consent to an act that cannot be undone does not come from the environment', () => {
    expect(resolveSettings({}, new Set(), {MSGOPS_CONFIRM: 'orders'}, false).confirm).toBeUndefined()
  })

  test('the sandbox leaves the account of the environment alone and passes on what was typed, for lib/aws to refuse', () => {
    const flags = {sandbox: true, profile: 'prod', 'endpoint-url': 'http://127.0.0.1:1'}
    expect(resolveSettings(flags, new Set(['sandbox']), {}, false)).toMatchObject({
      profile: undefined,
      endpointUrl: undefined,
    })
    expect(resolveSettings(flags, new Set(['sandbox', 'profile', 'endpoint-url']), {}, false)).toMatchObject({
      profile: 'prod',
      endpointUrl: 'http://127.0.0.1:1',
    })
    expect(resolveSettings({profile: 'prod'}, new Set(['profile']), {MSGOPS_SANDBOX: '1'}, false)).toMatchObject({
      sandbox: true,
      profile: 'prod',
    })
  })
})
