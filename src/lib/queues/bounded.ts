/**
 * Maps items with at most `limit` calls of `fn` under way, keeping the order of the items.
 * The first rejection is thrown after the calls already under way have settled; no further call is begun.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  fn: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit must be a whole number of 1 or more: ${limit}`)
  const results = new Array<Result>(items.length)
  const pending = items.entries()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (const [index, item] of pending) {
      try {
        results[index] = await fn(item, index)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({length: Math.min(limit, items.length)}, worker))
  if (failures.length > 0) throw failures[0]
  return results
}
