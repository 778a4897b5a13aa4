import {homedir} from 'node:os'
import type {StateDirectory} from '../redrive/journal/state-directory.js'
import {stateDirectory} from '../redrive/journal/state-directory.js'

/** Where the journals of this user are on this machine. */
export function localState(env: NodeJS.ProcessEnv): StateDirectory {
  return stateDirectory(env, {platform: process.platform, home: homedir()})
}
