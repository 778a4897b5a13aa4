/**
 * A policy with five keys and a body of 6 KB that keep it from being decided: four times the name r, each a list of forty elements of which
 * any may be chosen, and the last key in each of them beside the chosen one. Whichever of the 40^4 choices is made, it fails at the last key.
 */
export const HARD_POLICY = '{"r.a":[1],"r.b":[1],"r.c":[1],"r.d":[1],"r.z":[1]}'
export const HARD_BODY = `{${['a', 'b', 'c', 'd'].map(list).join(',')}}`

function list(name: string): string {
  return `"r":[${`{"${name}":1},`.repeat(40)}{"z":1}]`
}
