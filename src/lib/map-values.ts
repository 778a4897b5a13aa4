/** A record of what `of` makes of each value; any name may stand in it, also `__proto__`, which an assignment would not store. */
export function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  of: (value: Value) => Result,
): Record<string, Result> {
  const mapped: Record<string, Result> = {}
  for (const name of Object.keys(values)) {
    const value = of(values[name] as Value)
    if (name === '__proto__')
      Object.defineProperty(mapped, name, {value, enumerable: true, writable: true, configurable: true})
    else mapped[name] = value
  }
  return mapped
}
