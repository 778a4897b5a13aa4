import {decide} from './decide.js'
import {Findings} from './findings.js'
import {lookUp} from './look-up.js'
import type {Program} from './program.js'
import {scanAttributes} from './scan-attributes.js'
import type {Attributes} from './scan-attributes.js'
import {TextScan} from './scan-text.js'
import {scanObject} from './scan-value.js'
import type {JsonObject} from './scan-value.js'

/**
 * Meets events with a program, one after another; what it keeps for that is made with the first of them.
 * Throws UndecidedError for an event whose arrays leave too much to try.
 */
export class Evaluation {
  private findings: Findings | undefined
  private scan: TextScan | undefined

  constructor(private readonly program: Program) {}

  /** The decision on the text of a JSON object; undefined when it is none. */
  text(text: string): boolean | undefined {
    const findings = this.begin()
    return this.scanner(findings).object(text) ? decide(this.program, findings) : undefined
  }

  value(event: JsonObject): boolean {
    const known = lookUp(this.program, event)
    if (known !== undefined) return known
    const findings = this.begin()
    scanObject(event, this.program.root, findings)
    return decide(this.program, findings)
  }

  attributes(attributes: Attributes): boolean {
    const findings = this.begin()
    scanAttributes(attributes, this.program.root, findings, this.scanner(findings))
    return decide(this.program, findings)
  }

  private begin(): Findings {
    this.findings ??= new Findings(this.program)
    this.findings.begin()
    return this.findings
  }

  private scanner(findings: Findings): TextScan {
    this.scan ??= new TextScan(this.program.root, findings)
    return this.scan
  }
}
