import {validationFailed} from './errors.js'

/** Gathers what is wrong with the members of a request, in the words of AWS's service framework, to refuse it once for all of them. */
export class Violations {
  readonly #found: string[] = []

  required(member: string, value: unknown): void {
    if (value === undefined || value === null) this.#add('null', member, 'Member must not be null')
  }

  length(member: string, value: string | undefined, least: number, most: number): void {
    if (value === undefined) return
    if (value.length < least) {
      this.#add(quoted(value), member, `Member must have length greater than or equal to ${least}`)
    }
    if (value.length > most) this.#add(quoted(value), member, `Member must have length less than or equal to ${most}`)
  }

  range(member: string, value: number | undefined, least: number, most: number): void {
    if (value === undefined) return
    const text = quoted(String(value))
    if (value < least) this.#add(text, member, `Member must have value greater than or equal to ${least}`)
    if (value > most) this.#add(text, member, `Member must have value less than or equal to ${most}`)
  }

  /** `shown` is the pattern as AWS prints it. */
  pattern(member: string, value: string | undefined, pattern: RegExp, shown: string): void {
    if (value === undefined || pattern.test(value)) return
    this.#add(quoted(value), member, `Member must satisfy regular expression pattern: ${shown}`)
  }

  oneOf(member: string, value: string | undefined, words: readonly string[]): void {
    if (value === undefined || words.includes(value)) return
    this.#add(quoted(value), member, `Member must satisfy enum value set: [${words.join(', ')}]`)
  }

  /** Throws ValidationException where anything was wrong. */
  refuse(): void {
    if (this.#found.length > 0) throw validationFailed(this.#found)
  }

  #add(value: string, member: string, constraint: string): void {
    this.#found.push(`Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`)
  }
}

const quoted = (value: string): string => `'${value}'`
