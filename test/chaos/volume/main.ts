import {fileURLToPath} from 'node:url'
import {serve} from './crew.js'
import {runVolume} from './run.js'

if (process.send === undefined)
  process.exitCode = (await runVolume(fileURLToPath(import.meta.url), process.argv.slice(2))) ? 0 : 1
else serve()
