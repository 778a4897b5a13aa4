import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core/config'
import {getHelpFlagAdditions, loadHelpClass, normalizeArgv} from '@oclif/core/help'
import {commandNotFound} from './lib/cli/not-found.js'
import {guessOutput} from './lib/cli/output-choice.js'
import {watchProcess} from './lib/cli/process-watch.js'
import {reportFailure} from './lib/cli/report.js'
import {ExitCode, OpsError} from './lib/ops-error.js'
import {openWriter} from './lib/output/open-writer.js'

/** The folder of package.json, seen from dist/main.js and from src/main.ts alike. */
const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** Runs the command that the words name. Never rejects; the exit code is in process.exitCode. */
export async function main(args: readonly string[], root = packageRoot): Promise<void> {
  const watch = watchProcess(error => void report(error, args))
  try {
    await dispatch(args, root)
  } catch (error) {
    await report(error, args)
  }
  await flushed()
  const failure = watch.stdoutFailure()
  if (failure) await report(unwritable(failure), args)
  if (watch.broken()) process.exitCode = ExitCode.bug
  watch.release()
}

async function dispatch(args: readonly string[], root: string): Promise<void> {
  const config = await Config.load({root})
  const end = args.indexOf('--')
  const asksHelp = (end === -1 ? args : args.slice(0, end)).some(word => getHelpFlagAdditions(config).includes(word))
  if (args[0] === '--version') {
    process.stdout.write(`${config.userAgent}\n`)
    return
  }
  if (args.length === 0 || asksHelp) {
    await showHelp(config, [...args])
    return
  }
  const [id = '', ...words] = normalizeArgv(config, [...args])
  const command = config.findCommand(id)
  if (command) await config.runCommand(id, words, command)
  else if (config.findTopic(id)) await showHelp(config, [id])
  else
    throw commandNotFound(id, {bin: config.bin, ids: config.commands.flatMap(({id, hidden}) => (hidden ? [] : [id]))})
}

async function showHelp(config: Config, words: string[]): Promise<void> {
  const Help = await loadHelpClass(config)
  await new Help(config, config.pjson.oclif.helpOptions).showHelp(words)
}

async function report(error: unknown, args: readonly string[]): Promise<void> {
  const {stdout, stderr, env} = process
  const noColor = args.includes('--no-color')
  const out = await openWriter({mode: guessOutput(args, env, stdout.isTTY), stdout, stderr, env, noColor})
  reportFailure(error, out, {debug: args.includes('--debug')})
}

/** Resolves when stdout has taken, or refused, everything that was written to it. */
function flushed(): Promise<void> {
  return new Promise(resolve => process.stdout.write('', () => setImmediate(resolve)))
}

function unwritable(error: Error): OpsError {
  return new OpsError(`The output could not be written whole: ${error.message}`, {
    code: 'OutputFailed',
    exitCode: ExitCode.failed,
    suggestions: ['What stands in the file or came through the pipe is not complete.'],
    cause: error,
  })
}
