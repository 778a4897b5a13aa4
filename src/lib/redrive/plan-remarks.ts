import type {Candidate, RedriveFacts} from './plan.js'
import type {RedriveRequest} from './request.js'

/** What a person should know before a redrive is begun, a clause each. */
export function remarksOn(
  {source, sources, to, tasks}: RedriveFacts,
  wishes: RedriveRequest,
  engine: 'native' | 'client',
): string[] {
  const remarks: string[] = []
  const {queue, attributes} = source
  const inFlight = attributes.approximateNumberOfMessagesNotVisible
  if (inFlight > 0)
    remarks.push(
      `about ${inFlight} messages are in flight: a consumer of ${queue.name} has them, or had them and is gone`,
    )
  const candidates: readonly Candidate[] = to === undefined ? sources : [to]
  for (const {queue: destination, attributes: settings} of candidates) {
    const policy = settings?.redrivePolicy
    if (policy?.deadLetterTargetArn !== queue.arn) continue
    remarks.push(
      `${destination.name} sends what fails again back here after ${policy.maxReceiveCount} ${policy.maxReceiveCount === 1 ? 'receive' : 'receives'}`,
    )
  }
  const slow = slowRate({source, sources, to, tasks}, wishes)
  if (slow !== undefined) remarks.push(slow)
  const names = sources.map(source => source.queue.name).join(', ')
  if (to !== undefined && sources.length > 0 && !sources.some(source => source.queue.arn === to.queue.arn)) {
    remarks.push(`${to.queue.name} is none of the queues that ${queue.name} is the dead-letter queue of (${names})`)
  }
  if (to !== undefined && sources.length > 1) {
    remarks.push(`every message goes to ${to.queue.name}, whichever queue it came from (${names})`)
  }
  if (engine === 'client' && (wishes.selection !== undefined || wishes.through !== undefined)) {
    remarks.push(
      queue.fifo
        ? 'a message that is not selected keeps those behind it in its group from being moved'
        : 'messages that are not selected are held until the pass ends, and are in flight meanwhile',
    )
  }
  if (wishes.keep === true)
    remarks.push('the messages are copied: they stay here, and are in flight until the pass ends')
  if (wishes.shared === true)
    remarks.push('other hosts may redrive this queue at the same time: list the possible duplicates of all their jobs')
  if (engine === 'client' && 'unreadable' in tasks)
    remarks.push(`whether a move task is running is not known: ${tasks.unreadable}`)
  if (engine === 'client' && queue.fifo && (wishes.concurrency ?? 1) > 1)
    remarks.push('a FIFO queue is redriven by one worker, so that its groups stay in order')
  if (queue.fifo)
    remarks.push('producers that send meanwhile come in between: order is kept among the redriven messages of a group')
  return remarks
}

/** How long a rate takes for what the counters show, where messages could expire meanwhile. */
function slowRate({source: {attributes}}: RedriveFacts, {perSecond, max}: RedriveRequest): string | undefined {
  if (perSecond === undefined) return undefined
  const {approximateNumberOfMessages: messages, messageRetentionPeriod} = attributes
  const seconds = Math.ceil(Math.min(messages, max ?? messages) / perSecond)
  if (seconds * 2 <= messageRetentionPeriod) return undefined
  return `at this rate it takes about ${seconds} s, and the queue keeps messages for ${messageRetentionPeriod} s: some may expire before their turn`
}
