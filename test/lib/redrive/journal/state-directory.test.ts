import {describe, expect, it} from 'vitest'
import {stateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'

const home = '/home/ops'

describe('the state directory', () => {
  it.each([
    ['XDG_STATE_HOME', {XDG_STATE_HOME: '/var/state'}, 'linux', '/var/state/msgops'],
    ['the XDG default', {}, 'linux', '/home/ops/.local/state/msgops'],
    [
      'the default where XDG_STATE_HOME is relative',
      {XDG_STATE_HOME: 'state'},
      'linux',
      '/home/ops/.local/state/msgops',
    ],
    ['the default where XDG_STATE_HOME is empty', {XDG_STATE_HOME: ''}, 'linux', '/home/ops/.local/state/msgops'],
    ['Application Support', {}, 'darwin', '/home/ops/Library/Application Support/msgops'],
    ['LOCALAPPDATA', {LOCALAPPDATA: '/local'}, 'win32', '/local/msgops'],
  ] as const)('is %s', (_, env, platform, root) => {
    expect(stateDirectory(env, {platform, home})).toEqual({root, runs: `${root}/runs`, locks: `${root}/locks`})
  })
})
