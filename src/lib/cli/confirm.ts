import {ExitCode, OpsError} from '../ops-error.js'
import {visible} from '../output/visible.js'
import {rerunCommand} from './rerun.js'

export interface Confirmation {
  /** moderate: y/N or `--yes`. severe: the name is typed or given with `--confirm`; `--yes` is not consent. */
  readonly level: 'moderate' | 'severe'
  /** One sentence that ends with a question mark. */
  readonly question: string
  /** What will happen to what, in which account and region; shown above the question. */
  readonly details: readonly string[]
  /** An act that is told of, in its details, also where a flag gave the consent. */
  readonly told?: boolean
  /** What has to be typed for a severe act, e.g. the queue's name. */
  readonly name?: string
  /** An act that is for whoever reads stdout, and ends when nobody does. */
  readonly endsWithReader?: boolean
}

/** How consent can be had in this run. */
export interface ConsentSource {
  readonly yes: boolean
  readonly confirm: string | undefined
  /** The whole command line, for the hint how to run it with consent. */
  readonly words: readonly string[]
  /** Shows lines on stderr. */
  readonly show: (line: string) => void
  /** Asks on the terminal; `undefined` when nobody can be asked. The answer is `undefined` at end of input. */
  readonly ask: ((question: string) => Promise<string | undefined>) | undefined
}

/**
 * Returns when consent was given by flag or at the prompt. Otherwise throws OpsError with exit 7: ConfirmationMismatch
 * (`--confirm` names something else), ConfirmationRequired (nobody to ask), NotConfirmed (declined). Nothing has happened then.
 */
export async function obtainConsent(confirmation: Confirmation, source: ConsentSource): Promise<void> {
  const {level, details, question} = confirmation
  const name = level === 'severe' ? requireName(confirmation) : confirmation.name
  if (source.confirm !== undefined && name !== undefined) {
    if (source.confirm === name) return
    throw refusal(
      `--confirm names "${source.confirm}", but this is about "${name}". Nothing was changed.`,
      'ConfirmationMismatch',
    )
  }
  const consented = level === 'moderate' && source.yes
  if (!consented || confirmation.told === true) for (const detail of details) source.show(detail)
  if (consented) return
  if (!source.ask) throw nobodyToAsk(confirmation, source)
  if (level === 'moderate') {
    const answer = await source.ask(`${visible(question)} [y/N] `)
    if (/^\s*y(es)?\s*$/i.test(answer ?? '')) return
  } else {
    const answer = await source.ask(`${visible(question)}\nType ${visible(name ?? '')} to confirm: `)
    if (answer !== undefined && answer.trim() === name) return
  }
  throw refusal('Not confirmed. Nothing was changed.', 'NotConfirmed')
}

function requireName({name}: Confirmation): string {
  if (name === undefined || name.trim() === '') throw new Error('A severe confirmation needs the name to type')
  return name
}

function nobodyToAsk({level, name, question}: Confirmation, {words, yes}: ConsentSource): OpsError {
  const flag = level === 'moderate' ? rerunCommand(words, '--yes') : rerunCommand(words, '--confirm', name)
  const why = level === 'severe' && yes ? ' --yes is not enough for it.' : ''
  return refusal(`${question} This needs to be confirmed.${why} Nothing was changed.`, 'ConfirmationRequired', [
    `To confirm, run: ${flag}`,
  ])
}

function refusal(message: string, code: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.refused, suggestions})
}
