import {fileURLToPath} from 'node:url'
// For its listener on stdout alone, which watchProcess takes off again.
import '@oclif/core/command'
import {Config} from '@oclif/core/config'
import {commandNotFound} from './lib/cli/not-found.js'
import {guessOutput} from './lib/cli/output-choice.js'
import {watchProcess} from './lib/cli/process-watch.js'
import {reportFailure} from './lib/cli/report.js'
import {ExitCode, OpsError} from './lib/ops-error.js'
import {openWriter} from './lib/output/open-writer.js'
import {visible} from './lib/output/visible.js'

/** The folder of package.json, seen from dist/main.js and from src/main.ts alike. */
const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** Words in the longest command name. */
const DEEPEST = 3

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
  const {pjson, userAgent} = config
  const words = until(args, word => word === '--')
  const names = until(words, word => word.startsWith('-'))
  const named = commandNamed(config, names)
  const asksHelp = ['--help', ...(pjson.oclif.additionalHelpFlags ?? [])].some(flag => words.includes(flag))
  if (args[0] === '--version') process.stdout.write(`${userAgent}\n`)
  else if (named && !asksHelp) await config.runCommand(named.id, args.slice(named.length), named.command)
  else if (named) await showHelp(config, names.slice(0, named.length))
  else if (args.length === 0 || (asksHelp && names.length === 0)) await showHelp(config, [])
  else if (names.length === 1 && config.findTopic(names.join(':'))) await showHelp(config, names)
  else throw commandNotFound(names.length === 0 ? args.slice(0, 1) : names, config)
}

function until(words: readonly string[], stop: (word: string) => boolean): readonly string[] {
  const at = words.findIndex(stop)
  return at === -1 ? words : words.slice(0, at)
}

/** The command that the longest run of leading words names. */
function commandNamed(config: Config, words: readonly string[]) {
  for (let length = Math.min(words.length, DEEPEST); length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const command = config.findCommand(id)
    if (command) return {id, length, command}
  }
  return undefined
}

async function showHelp(config: Config, words: readonly string[]): Promise<void> {
  const help = await import('./lib/cli/show-help.js')
  await help.showHelp(config, words)
}

/** Never rejects: an error that is told of in vain would come back as one that nobody caught, again and again. */
async function report(error: unknown, args: readonly string[]): Promise<void> {
  const {stdout, stderr, env} = process
  const noColor = args.includes('--no-color')
  try {
    const out = await openWriter({mode: guessOutput(args, env, stdout.isTTY), stdout, stderr, env, noColor})
    reportFailure(error, out, {debug: args.includes('--debug')})
  } catch (cause) {
    process.exitCode = ExitCode.bug
    stderr.write(`Error: ${visible(String(error))}\n  It cannot be shown as asked: ${visible(String(cause))}\n`)
    stderr.write('  Files of msgops may be missing, as in the middle of an update: install it anew.\n')
  }
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
