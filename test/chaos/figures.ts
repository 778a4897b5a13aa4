import type {Journey} from './journey.js'
import {isOver, story} from './journey.js'

const NAMES = [
  'cases',
  'runs',
  'kills',
  'missed',
  'messages',
  'delivered',
  'left',
  'lost',
  'duplicated',
  'unreported',
  'reportedNotFound',
  'altered',
  'unexpected',
  'reordered',
  'falselyMoved',
  'leaked',
  'unfinished',
] as const

type Name = (typeof NAMES)[number]

/** Figures as they go from one process to another. */
export interface FiguresRecord {
  readonly sums: Readonly<Record<Name, number>>
  readonly injections: readonly (readonly [string, number])[]
  readonly killsAt: readonly (readonly [string, number])[]
  readonly failures: readonly string[]
}

/** What must be nought. */
const BROKEN: readonly Name[] = [
  'lost',
  'unreported',
  'altered',
  'unexpected',
  'reordered',
  'falselyMoved',
  'leaked',
  'unfinished',
  'missed',
]

/** The sums of many journeys, and the stories of those that broke a promise. */
export class Figures {
  readonly sums: Record<Name, number> = Object.fromEntries(NAMES.map(name => [name, 0])) as Record<Name, number>
  /** `kind operation` -> how often. */
  readonly injections = new Map<string, number>()
  /** Place -> how many were killed there. */
  readonly killsAt = new Map<string, number>()
  readonly failures: string[] = []

  /** `label` says how to have the journey again: its seed, its failpoints. `kills`: how many there were to be. */
  add(label: string, journey: Journey, kills = 0): void {
    const {verdict, exits, summary, leaked} = journey
    const {sums} = this
    sums.cases++
    sums.runs += exits.length
    const killed = exits.filter(exit => exit === 'SIGKILL').length
    sums.kills += killed
    if (killed < kills) sums.missed += kills - killed
    sums.messages += verdict.planted
    sums.delivered += verdict.delivered
    sums.left += verdict.left
    for (const name of ['lost', 'duplicated', 'unreported', 'reportedNotFound', 'altered', 'unexpected'] as const)
      sums[name] += verdict[name].length
    sums.reordered += verdict.reordered.length
    sums.falselyMoved += verdict.falselyMoved.length
    sums.leaked += leaked
    const unfinished = !isOver(summary)
    if (unfinished) sums.unfinished++
    if (!verdict.ok || leaked > 0 || unfinished || killed < kills) this.failures.push(`${label}\n${story(journey)}`)
  }

  /** A promise was broken that no verdict knows of. */
  fail(story: string): void {
    this.sums.unexpected++
    this.failures.push(story)
  }

  addInjections(injected: Iterable<readonly [string, number]>): void {
    addTo(this.injections, injected)
  }

  addKills(places: Iterable<readonly [string, number]>): void {
    addTo(this.killsAt, places)
  }

  get record(): FiguresRecord {
    const {sums, injections, killsAt, failures} = this
    return {sums, injections: [...injections], killsAt: [...killsAt], failures}
  }

  /** The sums of several figures together. */
  static of(parts: readonly (Figures | FiguresRecord)[]): Figures {
    const total = new Figures()
    for (const part of parts) {
      for (const name of NAMES) total.sums[name] += part.sums[name]
      total.addInjections(part.injections)
      total.addKills(part.killsAt)
      total.failures.push(...part.failures)
    }
    return total
  }

  get ok(): boolean {
    return BROKEN.every(name => this.sums[name] === 0)
  }

  /** Requests that were spoilt. */
  get injected(): number {
    return [...this.injections.values()].reduce((sum, count) => sum + count, 0)
  }

  private get cells(): string[] {
    return [...NAMES.map(name => String(this.sums[name])), String(this.injected), String(this.injections.size)]
  }

  /** A table with a line for each of the named figures: what was done, and what must be nought. */
  static table(named: ReadonlyMap<string, Figures>): string {
    const head = ['', ...NAMES, 'injections', 'kinds x operations']
    const lines = [head, ...[...named].map(([name, figures]) => [name, ...figures.cells])]
    const widths = head.map((_, column) => Math.max(...lines.map(line => (line[column] ?? '').length)))
    const padded = (text: string, column: number): string =>
      column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
    return lines.map(line => `${line.map(padded).join('  ')}\n`).join('')
  }
}

function addTo(sums: Map<string, number>, counts: Iterable<readonly [string, number]>): void {
  for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count)
}
