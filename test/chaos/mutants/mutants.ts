/** One way to break the engine or its journal, which the model must notice. */
export interface Mutant {
  readonly name: string
  /** Under src/lib/redrive. */
  readonly file: string
  /** Text of the file, once in it, and what stands there instead. */
  readonly text: string
  readonly instead: string
}

const DELIVERY = 'client/delivery.ts'
const OUTGOING = 'client/outgoing.ts'
const TRIAGE = 'client/triage.ts'
const REMOVAL = 'client/removal.ts'
const CLASSIFY = 'client/classify.ts'
const LEDGER = 'client/ledger.ts'
const SEEN = 'seen/seen-on-disk.ts'
const BUDGET = 'client/budget.ts'

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'deletes before it sends',
    file: DELIVERY,
    text: "    failpoint('beforeSend')\n",
    instead: '    await this.remove(batch.map(message => message.messageId))\n',
  },
  {
    name: 'deletes before the outcome is on the disk',
    file: DELIVERY,
    text: '    let durable = [...outcomes]\n',
    instead:
      "    let durable = [...outcomes]\n    await this.remove(batch.filter((_, index) => outcomes[index]?.state === 'sent').map(message => message.messageId))\n",
  },
  {
    name: 'ignores Failed entries',
    file: CLASSIFY,
    text: "    return rejectionOf(failure.Code ?? 'Error', failure.Message ?? '', failure.SenderFault === true)",
    instead: "    return {state: 'sent', newMessageId: `invented-${outgoing.messageId}`}",
  },
  {
    name: 'takes an entry that the answer does not name for sent',
    file: CLASSIFY,
    text: "    return {state: 'unknown', code: 'NoAnswer', message}",
    instead: "    return {state: 'sent', newMessageId: `invented-${outgoing.messageId}`}",
  },
  {
    name: 'takes an entry that the answer does not name for refused',
    file: CLASSIFY,
    text: "    return {state: 'unknown', code: 'NoAnswer', message}",
    instead: "    return {state: 'rejected', code: 'NoAnswer', message, retry: 'passing'}",
  },
  {
    name: 'sends again where the answer was lost, as the SDK does',
    file: DELIVERY,
    text: '        await route.queue.send(batch.map(({entry}, index) => Object.assign(entry, {Id: String(index)}))),',
    instead:
      '        await route.queue.send(batch.map(({entry}, index) => Object.assign(entry, {Id: String(index)}))).catch(async () => route.queue.send(batch.map(({entry}) => entry))),',
  },
  {
    name: 'takes a lost answer for a refusal',
    file: DELIVERY,
    text: "  if (kind === 'unknown') return {state: 'unknown', code, message}\n",
    instead: '',
  },
  {
    name: 'journal does not sync',
    file: 'journal/commit-log.ts',
    text: "    await this.file.datasync()\n    failpoint('afterIntentSync'",
    instead: "    failpoint('afterIntentSync'",
  },
  {
    name: 'journal goes on after a failed write',
    file: 'journal/commit-log.ts',
    text: '    this.broken = failure\n    for (const entry of [...this.group, ...this.pending.splice(0)]) entry.reject(failure)',
    instead: '    for (const entry of [...this.group, ...this.pending.splice(0)]) entry.resolve()',
  },
  {
    name: 'writes several lines before one sync',
    file: 'journal/open-journal.ts',
    text: '  await file.datasync()\n  if (tornBytes > 0) failpoint',
    instead: '  if (tornBytes > 0) failpoint',
  },
  {
    name: 'leaves a torn end in place',
    file: 'journal/open-journal.ts',
    text: '  if (tornBytes > 0) await writeAll(file, Buffer.alloc(tornBytes), end)\n',
    instead: '',
  },
  {
    name: 'records no intent',
    file: DELIVERY,
    text: '      await journal.intent(\n        batch.map(message => message.messageId),\n        batch.map(message => message.digest),\n      )\n',
    instead: '      void journal\n',
  },
  {
    name: 'does not wait for the intent',
    file: DELIVERY,
    text: '      await journal.intent(\n',
    instead: '      void journal.intent(\n',
  },
  {
    name: 'records no outcome',
    file: DELIVERY,
    text: '      await run.options.journal.outcome(\n        batch.map(',
    instead: '      await Promise.resolve(\n        batch.map(',
  },
  {
    name: 'takes an outcome that could not be recorded for recorded',
    file: DELIVERY,
    text: "        outcome.state === 'sent'\n          ? {state: 'unknown', code: 'JournalFailed', message: 'sent, and the record of it was lost'}\n          : outcome,",
    instead: '        outcome,',
  },
  {
    name: 'sends several messages of a group in one request',
    file: DELIVERY,
    text: 'run.options.fifo ? roundsByGroup(messages) : [messages]',
    instead: 'run.options.fifo ? [roundsByGroup(messages).flat()] : [messages]',
  },
  {
    name: 'sends a group out of its order',
    file: OUTGOING,
    text: '  for (const message of messages) {\n    const round = placed',
    instead: '  for (const message of [...messages].reverse()) {\n    const round = placed',
  },
  {
    name: 'goes on with a group whose message failed',
    file: DELIVERY,
    text: "    this.run.tally.failed({messageId: message.messageId, stage: 'send', code, message: text})\n    this.run.stopGroup(message.groupId)",
    instead: "    this.run.tally.failed({messageId: message.messageId, stage: 'send', code, message: text})",
  },
  {
    name: 'goes on with a group whose message is unverified',
    file: DELIVERY,
    text: "        run.ledger.set(messageId, 'unverified')\n        run.stopGroup(message.groupId)\n",
    instead: "        run.ledger.set(messageId, 'unverified')\n",
  },
  {
    name: 'goes on behind a message that an earlier session left unverified',
    file: TRIAGE,
    text: "  if (state === 'unknown' || state === 'unverified') stops.stopAt(message)\n",
    instead: '',
  },
  {
    name: 'stops a group before what is ahead',
    file: TRIAGE,
    text: '    return first !== undefined && this.placeOf(message) > first',
    instead: '    return first !== undefined',
  },
  {
    name: 'believes the first empty answer',
    file: 'client/stop-rule.ts',
    text: 'const EMPTY_POLLS = 2',
    instead: 'const EMPTY_POLLS = 1',
  },
  {
    name: 'believes an empty answer without the counters',
    file: 'client/stop-rule.ts',
    text: '    const nothing = depth.visible === 0 && depth.delayed === 0 && inFlightElsewhere === 0\n',
    instead: '    const nothing = inFlightElsewhere >= 0\n',
  },
  {
    name: 'lets SQS make the deduplication id of the content',
    file: OUTGOING,
    text: '      MessageDeduplicationId: to.fifo ? deduplicationId(to.sourceArn, message.MessageId) : undefined,\n',
    instead: '',
  },
  {
    name: 'makes a new deduplication id at every attempt',
    file: OUTGOING,
    text: "createHash('sha256').update(`${sourceArn}|${messageId}`)",
    instead: "createHash('sha256').update(`${sourceArn}|${messageId}|${performance.now()}`)",
  },
  {
    name: "keeps the producer's deduplication id",
    file: OUTGOING,
    text: 'to.fifo ? deduplicationId(to.sourceArn, message.MessageId)',
    instead: 'to.fifo ? message.Attributes?.MessageDeduplicationId',
  },
  {
    name: 'deletes a message whose send SQS dropped',
    file: DELIVERY,
    text: '    if (newMessageId === undefined || !this.run.ledger.isSwallowed(message.messageId, newMessageId)) return outcome\n',
    instead: '    if (newMessageId !== outcome.code) return outcome\n',
  },
  {
    name: 'does not compare what SQS says of the body',
    file: CLASSIFY,
    text: '  if (success.MD5OfMessageBody !== outgoing.bodyMd5) return',
    instead: '  if (success.MD5OfMessageBody === undefined) return',
  },
  {
    name: 'does not compare what was received',
    file: TRIAGE,
    text: '  if (damaged === undefined) return true\n',
    instead: '  if (damaged !== undefined || damaged === undefined) return true\n',
  },
  {
    name: 'drops the trace header',
    file: OUTGOING,
    text: '      MessageSystemAttributes: system,\n',
    instead: '',
  },
  {
    name: 'drops the message attributes',
    file: OUTGOING,
    text: '      MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,\n',
    instead: '',
  },
  {
    name: 'drops the message group of standard queues',
    file: OUTGOING,
    text: '      MessageGroupId: groupId,\n',
    instead: '      MessageGroupId: to.fifo ? groupId : undefined,\n',
  },
  {
    name: 'does not renew the visibility before a send',
    file: 'client/visibility.ts',
    text: '    if (short.length > 0) await this.renew(short, nowMs)\n',
    instead: '',
  },
  {
    name: 'keeps the first handle of a message',
    file: LEDGER,
    text: '    this.hand(this.entry(messageId), receiptHandle)\n',
    instead: '    if (this.handle(messageId) === undefined) this.hand(this.entry(messageId), receiptHandle)\n',
  },
  {
    name: 'takes a failed delete for done',
    file: REMOVAL,
    text: '      await this.record(batch.filter((_, index) => results[index]?.ok === true))',
    instead: '      await this.record(batch)',
  },
  {
    name: 'forgets a message whose delete failed',
    file: 'client/engine.ts',
    text: '    this.listUnsettled()\n    await releaseHeld(run)',
    instead: '    await releaseHeld(run)',
  },
  {
    name: 'moves what arrived after the start',
    file: 'client/ages.ts',
    text: '    return cutMs !== undefined && sentMsOf(message) > cutMs\n',
    instead: '    return cutMs !== undefined && sentMsOf(message) > Number.POSITIVE_INFINITY\n',
  },
  {
    name: 'guesses a route',
    file: 'routes.ts',
    text: '  if (route !== undefined) return route.target\n',
    instead: '  if (route !== undefined || first !== undefined) return (route ?? first)!.target\n',
  },
  {
    name: 'forgets on resume what was sent',
    file: LEDGER,
    text: "      if (state === 'rejected') continue\n",
    instead: "      if (state === 'rejected' || state === 'sent') continue\n",
  },
  {
    name: 'forgets on resume what was begun',
    file: LEDGER,
    text: "      if (state === 'rejected') continue\n",
    instead: "      if (state === 'rejected' || state === 'intent') continue\n",
  },
  {
    name: 'forgets on resume what was in doubt before it was sent again',
    file: 'journal/message-states.ts',
    text: "  return type === 'intent' && before !== undefined && before !== 'rejected'\n",
    instead: '  return false\n',
  },
  {
    name: 'takes a refused second send for a refusal of both',
    file: 'journal/message-states.ts',
    text: "  if (type === 'rejected' && uncertain) return 'unknown'\n",
    instead: '',
  },
  {
    name: 'says on resume nothing of an earlier doubt',
    file: 'known-messages.ts',
    text: '      ...(states.isUncertain(messageId) && !(fifo && wereDeduplicated(details)) ? {uncertain: true} : {}),\n',
    instead: '',
  },
  {
    name: 'counts on deduplication for an hour',
    file: OUTGOING,
    text: 'const DEDUPLICATION_MS = 300_000 - 30_000',
    instead: 'const DEDUPLICATION_MS = 3_600_000',
  },
  {
    name: 'lists a doubt only after it was sent again',
    file: DELIVERY,
    text: '      run.doubts.listResends(batch.map(message => message.messageId))\n',
    instead: '',
  },
  {
    name: 'moves what could not be judged',
    file: TRIAGE,
    text: "    if (decision.action !== 'move') return\n    const outgoing = admit(run, message, {decision, stops})",
    instead:
      "    if (decision.action === 'discard') return\n    const outgoing = admit(run, message, {decision: decision.action === 'move' ? decision : MOVE, stops})",
  },
  {
    name: 'moves more than --max',
    file: BUDGET,
    text: '    const taken = Math.min(wanted, this.left, this.stage)\n',
    instead: '    const taken = Math.min(wanted, this.stage)\n',
  },
  {
    name: 'moves more than the canary',
    file: BUDGET,
    text: '    const taken = Math.min(wanted, this.left, this.stage)\n',
    instead: '    const taken = Math.min(wanted, this.left)\n',
  },
  {
    name: 'deletes what is to be kept',
    file: DELIVERY,
    text: '    if (!keep) await this.remove(sent.map(message => message.messageId))',
    instead: '    await this.remove(sent.map(message => message.messageId))',
  },
  {
    name: 'discards without a record',
    file: REMOVAL,
    text: '      await run.options.journal.discarded(messageIds)\n',
    instead: '',
  },
  {
    name: 'discards without a backup',
    file: REMOVAL,
    text: '      await run.options.backup?.append(messages)\n',
    instead: '',
  },
  {
    name: 'backs up after the send',
    file: DELIVERY,
    text: '    if (await this.backUp(batch)) await this.sendUntilSettled(batch, visible)\n    else for (const message of batch) this.leave(message)',
    instead: '    await this.sendUntilSettled(batch, visible)\n    await this.backUp(batch)',
  },
  {
    name: 'counts throttling as a failure of the message',
    file: CLASSIFY,
    text: "  if (THROTTLING.has(plainCode(error.code))) return 'throttled'",
    instead: "  if (THROTTLING.has(plainCode(error.code))) return 'refused'",
  },
  {
    name: 'forgets to make what is left visible again',
    file: 'client/engine.ts',
    text: '    this.listUnsettled()\n    await releaseHeld(run)',
    instead: '    this.listUnsettled()\n    void releaseHeld',
  },
  {
    name: 'a shared redrive takes an empty queue for its own work',
    file: 'client/engine.ts',
    text: ' && options.shared !== true) await',
    instead: ') await',
  },
  {
    name: 'sends what the journal says was sent, when it comes again',
    file: TRIAGE,
    text: "  if (state !== undefined && state !== 'unresolved') return false\n",
    instead: "  if (state !== undefined && state !== 'unresolved' && state !== 'sent') return false\n",
  },
  {
    name: 'moves again what has come back',
    file: 'client/ages.ts',
    text: 'sentMsOf(message) >= cutMs - DATE_RESOLUTION_MS',
    instead: 'sentMsOf(message) < 0',
  },
  {
    name: 'forgets what it puts on the disk',
    file: SEEN,
    text: '    this.batches.push({filter, slots: values.length, position: this.end})\n',
    instead: '',
  },
  {
    name: 'reads the wrong part of what is on the disk',
    file: SEEN,
    text: '    this.end += keys.byteLength + values.byteLength\n',
    instead: '    this.end += keys.byteLength\n',
  },
  {
    name: 'takes what is new for known where the filter is not sure',
    file: SEEN,
    text: '        if (value === 0) return 0\n',
    instead: '        if (value === 0) return 255\n',
  },
]
