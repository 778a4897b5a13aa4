export {openOwnFile} from '../../private-files.js'
