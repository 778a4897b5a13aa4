// Loaded before the program of a soak: tells its memory and its open files on descriptor 3 while it runs.
import {readdirSync, writeSync} from 'node:fs'
import {performance} from 'node:perf_hooks'
import {setInterval} from 'node:timers'

const PERIOD_MS = Number(process.env.SOAK_PERIOD_MS)

setInterval(() => {
  const {rss, heapUsed} = process.memoryUsage()
  // The folder itself is open while it is read.
  const descriptors = readdirSync('/proc/self/fd').length - 1
  writeSync(3, `${JSON.stringify({atMs: Math.round(performance.now()), rss, heapUsed, descriptors})}\n`)
}, PERIOD_MS).unref()
