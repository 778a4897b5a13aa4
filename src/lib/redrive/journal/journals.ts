import os from 'node:os'
import type {JournalOptions} from './open-journal.js'
import type {StateDirectory} from './state-directory.js'
import {stateDirectory} from './state-directory.js'

/** Where this user's journals are on this machine. */
export function localState(env: NodeJS.ProcessEnv): StateDirectory {
  return stateDirectory(env, {platform: process.platform, home: os.homedir()})
}

/** The same, for whoever writes one. `version`: of msgops. */
export function journalsOf(env: NodeJS.ProcessEnv, version: string): JournalOptions {
  return {state: localState(env), version}
}
