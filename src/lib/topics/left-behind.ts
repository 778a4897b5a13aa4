import {OpsError} from '../ops-error.js'

/** A temporary resource that could not be removed, and why. */
export interface LeftBehind<What extends string> {
  readonly what: What
  readonly name: string
  readonly code: string
  readonly message: string
}

/** Removes a temporary resource; resolves with what it leaves behind, so that one failure does not keep the others from being removed. */
export async function removed<What extends string>(
  what: What,
  name: string,
  remove: () => Promise<void>,
): Promise<LeftBehind<What> | undefined> {
  try {
    await remove()
    return undefined
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    return {what, name, code: error.code, message: error.message}
  }
}
