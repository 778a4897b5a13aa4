import {runMutants} from './run.js'

process.exitCode = (await runMutants(process.argv.slice(2))) ? 0 : 1
