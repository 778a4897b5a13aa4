import {outcomeOf} from '../aws/errors.js'
import {OpsError} from '../ops-error.js'

/** The words of the command that finds what is left behind by its tags and removes it. */
export const CLEAN_UP = ['topic', 'tail', '--clean-up'] as const

/** Something temporary that is to be removed. */
export interface Temporary<What extends string> {
  readonly what: What
  readonly name: string
  /** The command of the AWS CLI that removes it. */
  readonly byHand: string
}

/** A temporary resource that could not be removed, and why. */
export interface LeftBehind<What extends string> extends Temporary<What> {
  readonly code: string
  readonly message: string
  /** It may be gone all the same: the answer was lost. */
  readonly unsure?: boolean
  /** Nobody tried to remove it: by its tags another that could not be removed is found again. */
  readonly kept?: boolean
}

/** Removes a temporary resource; resolves with what it leaves behind, so that one failure does not keep the others from being removed. */
export async function removed<What extends string>(
  temporary: Temporary<What>,
  remove: () => Promise<void>,
): Promise<LeftBehind<What> | undefined> {
  try {
    await remove()
    return undefined
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    const {code, message} = error
    return {...temporary, code, message, unsure: outcomeOf(error) === 'unknown'}
  }
}

/** What could not be removed and why, and how to remove it later: by `cleanUp`, a command line as it is to be typed, or by hand. Pure. */
export function leftBehindWarnings(left: readonly LeftBehind<string>[], cleanUp: string): string[] {
  if (left.length === 0) return []
  return [
    ...left.map(({what, name, message, kept, unsure}) => {
      if (kept === true) return `The temporary ${what} ${name} is kept, because the other is found again by its tags.`
      return `The temporary ${what} ${name} ${unsure === true ? 'may still be there' : 'could not be removed'}: ${message}`
    }),
    `To remove ${left.length === 1 ? 'it' : 'them'} later: ${cleanUp}`,
    `Or by hand: ${left.map(({byHand}) => byHand).join(' ; ')}`,
  ]
}
