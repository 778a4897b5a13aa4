import {isRecord, parsedOrUndefined} from '../json-parts.js'
import type {Sample} from '../lint/sample.js'
import {sampleOfAttributes, sampleOfJson} from '../lint/sample.js'
import {FieldNode, FieldTest} from '../matching/field-tree.js'
import {scanAttributes} from '../matching/scan-attributes.js'
import type {Attributes} from '../matching/scan-attributes.js'
import {TextScan} from '../matching/scan-text.js'
import {Leaves} from './leaf.js'
import type {Leaf} from './leaf.js'

/** Something that values are looked up in besides what a pattern asks for: a body, an event, the attributes. */
export interface Place {
  /** What is there, by dotted path. */
  readonly outline: Sample
  /** JSON text of an object that the whole is a string of; absent where it is not. */
  readonly quoted?: string
  /** The values at a path, as a decision sees them; none after a lot has been looked at. */
  readonly leaves: (path: string) => readonly Leaf[]
}

/** A place that nothing is in. */
export const NOWHERE: Place = {outline: new Map(), leaves: () => []}

/** Characters that are read again for the sake of an explanation. */
const BUDGET = 20_000_000

/** The values of a JSON object's text. */
export function jsonPlace(text: string): Place {
  let outline: Sample | undefined
  let left = BUDGET
  return {
    get outline() {
      return (outline ??= sampleOfJson(text) ?? NOWHERE.outline)
    },
    get quoted() {
      const whole = text.trimStart().startsWith('"') ? parsedOrUndefined(text) : undefined
      return typeof whole === 'string' && isRecord(parsedOrUndefined(whole)) ? whole : undefined
    },
    leaves(path) {
      left -= text.length
      return left < 0 ? [] : jsonLeaves(text, path)
    },
  }
}

/** The values at a path of a JSON object's text. */
export function jsonLeaves(text: string, path: string): readonly Leaf[] {
  const leaves = new Leaves()
  return new TextScan(rootTo(path), leaves).object(text) ? leaves.at(path) : []
}

/** The values of message attributes, by name. */
export function attributesPlace(attributes: Attributes): Place {
  return {
    get outline() {
      return new Map(
        [...sampleOfAttributes(attributes)].map(([name, field]) => [
          name,
          {...field, jsonText: isText(attributes[name])},
        ]),
      )
    },
    leaves(path) {
      const leaves = new Leaves()
      const root = rootTo(path)
      scanAttributes(attributes, root, leaves, new TextScan(root, leaves))
      return leaves.at(path)
    },
  }
}

function isText(attribute: Attributes[string] | undefined): boolean {
  const {dataType, stringValue = ''} = attribute ?? {}
  return dataType === 'String' && /^\s*[[{]/.test(stringValue) && parsedOrUndefined(stringValue) !== undefined
}

function rootTo(path: string): FieldNode {
  const root = new FieldNode()
  const node = root.make(path)
  node.field = 0
  node.tests = [new FieldTest(path, [], false, 0, 0)]
  return root
}
