import type {Config} from '@oclif/core/config'
import {loadHelpClass} from '@oclif/core/help'

/** Prints the help of a command, a topic or, without words, of the whole. Apart from main.ts, as no other run needs it. */
export async function showHelp(config: Config, words: readonly string[]): Promise<void> {
  const Help = await loadHelpClass(config)
  await new Help(config, config.pjson.oclif.helpOptions).showHelp([...words])
}
