import os from 'node:os'
import type {JournalOptions} from './open-journal.js'
import {stateDirectory} from './state-directory.js'

/** Where this user's journals are kept on this machine. `version`: of msgops. */
export function journalsOf(env: NodeJS.ProcessEnv, version: string): JournalOptions {
  return {state: stateDirectory(env, {platform: process.platform, home: os.homedir()}), version}
}
