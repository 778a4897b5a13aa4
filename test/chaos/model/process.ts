import type {World} from './world.js'

/** What a process does after its death. */
const NEVER = new Promise<never>(() => undefined)

/** One run of the program: it can die at every step, and what it had begun the network may still carry out. */
export class Process {
  /** Resolves when the process dies. */
  readonly death: Promise<'died'>
  dead = false
  /** Sends that have begun and whose outcome is not on the disk for good: the MessageId in the source, by key. */
  readonly open = new Map<string, string>()
  /** What the destinations have told it of copies. */
  readonly copies: {readonly id: string; readonly key: string | undefined}[] = []
  private announce: (death: 'died') => void = () => undefined

  constructor(
    readonly world: World,
    readonly name: string,
    /** Of dying at a step. */
    private readonly percent: number,
  ) {
    this.death = new Promise(resolve => {
      this.announce = resolve
    })
  }

  /** The process comes to a place where it may die. */
  async step(): Promise<void> {
    if (!this.dead && this.world.tape.chance(this.percent)) this.kill()
    if (this.dead) await NEVER
  }

  /** The process waits; it may be dead by then. */
  async wait(delayMs: number): Promise<void> {
    await this.world.scheduler.wait(delayMs)
    if (this.dead) await NEVER
  }

  private kill(): void {
    this.dead = true
    this.announce('died')
  }
}
