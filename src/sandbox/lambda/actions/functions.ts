import {accessDenied, invalidParameterValue, notHere, resourceConflict, tooManyTags} from '../errors.js'
import {functionArn, LATEST, readFunctionName} from '../function-name.js'
import {LambdaFunction} from '../function.js'
import {bytes, structure, text, textList, textMap, type Input} from '../input.js'
import {applySettings, newSettings} from '../settings.js'
import {Violations} from '../validation.js'
import {addressOf, checkRevision, functionOf, type Action, type Output} from './context.js'
import {page} from './paging.js'
import {TAG_LIMIT} from './tags.js'

const LONGEST_NAME = 64
const LARGEST_ARCHIVE = 52_428_800

/** What AWS answers while it works; here it is done by then. */
const CREATING = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
}
const UPDATING = {
  State: 'Active',
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
}
const READY = {State: 'Active', LastUpdateStatus: 'Successful'}

export const createFunction: Action = ({input, request, functions, nowMs, userArn}) => {
  const given = readFunctionName(text(input, 'FunctionName'), undefined, request, 'create')
  const address = {...given, qualifier: undefined}
  const {functions: owned} = functions.of(request.account, request.region)
  if (address.account !== request.account) {
    throw accessDenied(`User: ${userArn}`, 'CreateFunction', functionArn(address))
  }
  if (address.name.length > LONGEST_NAME) {
    throw invalidParameterValue(
      `1 validation error detected: Value '${address.name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_NAME}`,
    )
  }
  refuseWhatIsMissing(input)
  const tags = Object.entries(textMap(input, 'Tags') ?? {})
  if (tags.length > TAG_LIMIT) throw tooManyTags()
  const settings = newSettings(input)
  const archive = archiveOf(structure(input, 'Code'))
  if (owned.has(address.name)) throw resourceConflict(`Function already exist: ${address.name}`)
  const fn = new LambdaFunction(address, {settings, archive, nowMs})
  for (const [key, value] of tags) fn.tags.set(key, value)
  owned.set(fn.name, fn)
  return {...fn.configuration(), ...CREATING}
}

export const getFunction: Action = context => {
  const fn = functionOf(context)
  return {
    Configuration: {...fn.configuration(), ...READY},
    Code: {RepositoryType: 'S3'},
    ...(fn.tags.size > 0 && {Tags: Object.fromEntries(fn.tags)}),
    ...(fn.reservedConcurrency !== undefined && {
      Concurrency: {ReservedConcurrentExecutions: fn.reservedConcurrency},
    }),
  }
}

export const getFunctionConfiguration: Action = context => ({...functionOf(context).configuration(), ...READY})

export const listFunctions: Action = ({input, request, functions}) => {
  const violations = new Violations()
  violations.oneOf('functionVersion', text(input, 'FunctionVersion'), ['ALL'])
  violations.refuse()
  const all = functions.of(request.account, request.region).sorted()
  const {items, nextMarker} = page(all, input, {keyOf: ({name}) => name, most: 10_000})
  const qualified = input.FunctionVersion === 'ALL'
  return {
    Functions: items.map(fn => ({
      ...fn.configuration(),
      ...(qualified && {FunctionArn: `${fn.arn}:${LATEST}`}),
    })),
    NextMarker: nextMarker,
  }
}

export const updateFunctionConfiguration: Action = context => {
  const {input, nowMs} = context
  const fn = functionOf(context)
  checkRevision(fn, input)
  refuseWhatIsMissing(input)
  fn.configure(applySettings(fn.settings, input), nowMs)
  return {...fn.configuration(), ...UPDATING}
}

export const updateFunctionCode: Action = context => {
  const {input, nowMs} = context
  const fn = functionOf(context)
  checkRevision(fn, input)
  refuseWhatIsMissing(input)
  const archive = archiveOf(input)
  const settings =
    input.Architectures === undefined ? fn.settings : applySettings(fn.settings, pickArchitectures(input))
  if (input.DryRun !== true) {
    fn.replaceCode(archive, nowMs)
    if (settings !== fn.settings) fn.configure(settings, nowMs)
  }
  return {...fn.configuration(), ...UPDATING}
}

export const deleteFunction: Action = context => {
  const {functions} = context
  const {qualifier} = addressOf(context)
  if (qualifier === LATEST) {
    throw invalidParameterValue('$LATEST version cannot be deleted without deleting the function.')
  }
  const fn = functionOf(context)
  functions.of(fn.address.account, fn.address.region).functions.delete(fn.name)
  return {} satisfies Output
}

const pickArchitectures = (input: Input): Input => ({Architectures: input.Architectures})

/** Refuses what the local AWS would otherwise seem to have. */
function refuseWhatIsMissing(input: Input): void {
  if (input.Publish === true) throw notHere('versions of functions: Publish cannot be true, $LATEST is all there is')
  if ((textList(input, 'Layers') ?? []).length > 0) throw notHere('layers')
  if (text(input, 'PackageType') === 'Image') throw notHere('container images')
}

/** The archive to be stored. Throws AWS's error for what is no ZIP, and says so where it lies in S3 or is an image. */
function archiveOf(code: Input): Buffer {
  if (code.S3Bucket !== undefined || code.S3Key !== undefined) throw notHere('S3 to read code from')
  if (code.ImageUri !== undefined) throw notHere('container images')
  const archive = bytes(code, 'ZipFile')
  // Worded here.
  if (archive === undefined) throw invalidParameterValue('Please provide a source for function code.')
  if (archive.length > LARGEST_ARCHIVE || !isZip(archive)) {
    throw invalidParameterValue('Could not unzip uploaded file. Please check your file, then try to upload again.')
  }
  return archive
}

/** A ZIP begins with a file, or, when it is empty, with its directory. */
function isZip(archive: Buffer): boolean {
  const start = archive.toString('latin1', 0, 4)
  return start === 'PK\x03\x04' || start === 'PK\x05\x06'
}
