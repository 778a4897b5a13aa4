import type {Config} from '@oclif/core/config'
import {loadHelpClass} from '@oclif/core/help'
import {commandNotFound} from './not-found.js'

/**
 * Prints the help of a command, a topic or, without words, of the whole. Apart from main.ts, as no other run needs it.
 * Throws OpsError CommandNotFound (exit 2).
 */
export async function showHelp(config: Config, words: readonly string[]): Promise<void> {
  const id = words.join(':')
  if (id !== '' && !config.findCommand(id) && !config.findTopic(id)) throw commandNotFound(words, config)
  const Help = await loadHelpClass(config)
  await new Help(config, config.pjson.oclif.helpOptions).showHelp([...words])
}
