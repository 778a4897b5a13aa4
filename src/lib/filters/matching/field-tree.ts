import {liesAt} from './matcher.js'
import type {Matcher} from './matcher.js'

/** What one key of a pattern asks of its field. */
export class FieldTest {
  private known: Spellings | undefined

  constructor(
    readonly path: string,
    readonly matchers: readonly Matcher[],
    /** Whether one alternative is `exists: false`. */
    readonly absent: boolean,
    /** Place in the lists that a decision keeps. */
    readonly index: number,
    /** Number of the field, which several tests may share. */
    readonly field: number,
  ) {}

  /** How the path may be spelled in an event; worked out when a parsed event comes. */
  get spellings(): Spellings {
    this.known ??= spellingsOf(this.path)
    return this.known
  }
}

/** For each part of a path, the names that may stand there: that part alone, or it and some behind it with dots. `next` is -1 at the end. None for a path of many parts. */
export type Spellings = readonly (readonly {readonly name: string; readonly next: number}[])[]

const PARTS_LIMIT = 8

function spellingsOf(path: string): Spellings {
  const parts = path.split('.')
  if (parts.length > PARTS_LIMIT) return []
  return parts.map((_, from) =>
    parts.slice(from).map((_, more) => {
      const end = from + more + 1
      return {name: parts.slice(from, end).join('.'), next: end === parts.length ? -1 : end}
    }),
  )
}

const FEW = 8
// Shared by the many nodes that have none.
const NO_NAMES: readonly string[] = []
const NO_NODES: readonly FieldNode[] = []
const NO_TESTS: readonly FieldTest[] = []

/** The paths that a pattern asks for, step by step; events are walked along it. */
export class FieldNode {
  /** Names and nodes of the next steps, while they are few. */
  private names: readonly string[] = NO_NAMES
  private nodes: readonly FieldNode[] = NO_NODES
  private byName: Map<string, FieldNode> | undefined
  /** Tests of the field that ends here. */
  tests: readonly FieldTest[] = NO_TESTS
  /** Number of that field, or -1. */
  field = -1

  /** Whether no wanted path goes on from here. */
  get isLast(): boolean {
    return this.nodes.length === 0
  }

  /** The node of a step in an event, whose name may hold dots and so be several steps. */
  step(name: string): FieldNode | undefined {
    const child = this.child(name)
    if (child !== undefined || !name.includes('.')) return child
    return name.split('.').reduce<FieldNode | undefined>((node, part) => node?.child(part), this)
  }

  /** As `step`, for a name that is part of a text and holds no escapes. */
  stepAt(text: string, start: number, end: number): FieldNode | undefined {
    const {names} = this
    if (this.byName !== undefined) return this.step(text.slice(start, end))
    const length = end - start
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? ''
      if (name.length === length && liesAt(text, start, name)) return this.nodes[index]
    }
    return this.hasDots(text, start, end) ? this.step(text.slice(start, end)) : undefined
  }

  /** The node of a path below this one, made when it is not there. */
  make(path: string): FieldNode {
    return path.split('.').reduce<FieldNode>((node, part) => node.makeChild(part), this)
  }

  private hasDots(text: string, start: number, end: number): boolean {
    for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === 0x2e) return true
    return false
  }

  private child(name: string): FieldNode | undefined {
    if (this.byName !== undefined) return this.byName.get(name)
    const index = this.names.indexOf(name)
    return index < 0 ? undefined : this.nodes[index]
  }

  private makeChild(name: string): FieldNode {
    const known = this.child(name)
    if (known !== undefined) return known
    const made = new FieldNode()
    if (this.byName !== undefined) this.byName.set(name, made)
    else {
      // concat leaves no room for more, as a spread would: compiled patterns are kept by the thousand.
      this.names = this.names.concat(name)
      this.nodes = this.nodes.concat(made)
      if (this.names.length > FEW) {
        this.byName = new Map(this.names.map((one, index) => [one, this.nodes[index] ?? made]))
      }
    }
    return made
  }
}
