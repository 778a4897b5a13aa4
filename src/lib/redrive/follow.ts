import type {ProgressEvent, RedriveEvent, RedriveSummary} from './events.js'

/** Where the events of a redrive go while it runs. */
export interface RedriveReader {
  /** Every event but the last, which is the result. */
  event(event: object): void
  progress(text: string | undefined): void
  warn(message: string): void
}

/** Reads a redrive to its end, shows it as it goes, and returns the summary. */
export async function followRedrive(
  events: AsyncGenerator<RedriveEvent, void>,
  reader: RedriveReader,
): Promise<RedriveSummary> {
  try {
    for await (const event of events) {
      if (event.event === 'done') return event
      reader.event(event)
      if (event.event === 'progress') reader.progress(progressText(event))
      else if (event.event === 'warning') reader.warn(event.message)
    }
  } finally {
    reader.progress(undefined)
  }
  throw new Error('a redrive ended without a summary')
}

/** One line for a terminal: what is moved, how fast, how long it will take. */
export function progressText({moved, failed, toMove, perSecond, etaSeconds, note}: ProgressEvent): string {
  return [
    `Moved ${moved}${toMove === undefined ? '' : ` of about ${toMove}`}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(perSecond === undefined ? [] : [`${perSecond}/s`]),
    ...(etaSeconds === undefined || etaSeconds === 0 ? [] : [`about ${etaSeconds} s left`]),
    ...(note === undefined ? [] : [note]),
  ].join(', ')
}
