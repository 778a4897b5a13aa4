/** Far above what any case takes: only what would never end is given up. */
const GIVE_UP_MS = 60_000

/** Resolves with what the work does, or with undefined where it does not end. */
export async function within<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), GIVE_UP_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
