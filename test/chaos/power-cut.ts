import {open, readdir} from 'node:fs/promises'
import path from 'node:path'

const LINE_FEED = 0x0a

/**
 * Takes the second half of the last line of every journal away, as a power cut does to what was written and not synced: only after a
 * kill at such a place is a disk allowed to look so.
 */
export async function loseUnsynced(stateHome: string): Promise<void> {
  const runs = path.join(stateHome, 'msgops', 'runs')
  for (const name of await readdir(runs)) {
    const file = await open(path.join(runs, name), 'r+')
    try {
      const bytes = await file.readFile()
      let end = bytes.length
      while (end > 0 && bytes[end - 1] === 0) end--
      const start = bytes.lastIndexOf(LINE_FEED, end - 2) + 1
      const kept = start + Math.ceil((end - start) / 2)
      await file.write(Buffer.alloc(end - kept), 0, end - kept, kept)
    } finally {
      await file.close()
    }
  }
}
