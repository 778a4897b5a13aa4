/** What a selection says of a message. An error is no match: the message stays where it is, and is reported. */
export type Verdict = 'match' | 'no-match' | {readonly error: string}
