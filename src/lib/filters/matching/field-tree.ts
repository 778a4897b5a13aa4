import type {Matcher} from './matcher.js'

/** What one key of a pattern asks of its field. */
export interface FieldTest {
  /** Place in the lists that a decision keeps. */
  readonly index: number
  readonly path: string
  readonly matchers: readonly Matcher[]
  /** Whether one alternative is `exists: false`. */
  readonly absent: boolean
  /** Number of the field, which several tests may share. */
  readonly field: number
}

/** The paths that a pattern asks for, step by step; events are walked along it. */
export class FieldNode {
  readonly names: string[] = []
  readonly children: FieldNode[] = []
  private byName: Map<string, FieldNode> | undefined
  /** Tests of the field that ends here. */
  readonly tests: FieldTest[] = []
  /** Number of that field, or -1. */
  field = -1

  constructor(readonly path: string) {}

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
      if (name.length === length && text.startsWith(name, start)) return this.children[index]
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
    return index < 0 ? undefined : this.children[index]
  }

  private makeChild(name: string): FieldNode {
    const known = this.child(name)
    if (known !== undefined) return known
    const made = new FieldNode(this.path === '' ? name : `${this.path}.${name}`)
    this.names.push(name)
    this.children.push(made)
    if (this.names.length > 8) {
      this.byName ??= new Map(this.names.map((known, index) => [known, this.children[index] ?? made]))
      this.byName.set(name, made)
    }
    return made
  }
}
