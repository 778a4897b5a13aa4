import {runModel} from './run.js'

process.exitCode = (await runModel(process.argv.slice(2))) ? 0 : 1
