import {randomBytes} from 'node:crypto'
import path from 'node:path'
import {jobDoesNotExist} from './journal-errors.js'

/** 32 characters without the ones that are read for another: i, l, o and u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const JOB_ID = /^rd-\d{8}-\d{4}-[0-9a-hjkmnp-tv-z]{4}$/
const EXTENSION = '.wal'

/** `rd-20261121-0412-k3f9`: the minute of the start in UTC, so that names sort by time, and 20 random bits. Safe as a file name. */
export function newJobId(nowMs: number, random: Uint8Array = randomBytes(4)): string {
  const [date, time] = new Date(nowMs).toISOString().split('T')
  const letters = [...random].map(byte => ALPHABET[byte % ALPHABET.length]).join('')
  return `rd-${date?.replaceAll('-', '')}-${time?.slice(0, 5).replace(':', '')}-${letters}`
}

/** Whether the text is a job id of ours; nothing else is ever made part of a path. */
export function isJobId(text: string): boolean {
  return JOB_ID.test(text)
}

/** The job whose journal has this file name, or undefined when it is none. */
export function jobOfFile(file: string): string | undefined {
  const job = path.basename(file, EXTENSION)
  return file.endsWith(EXTENSION) && isJobId(job) ? job : undefined
}

/** The minute in which a job began, as its id has it: `20261121-0412`. */
export function minuteOfJob(job: string): string {
  return job.split('-').slice(1, 3).join('-')
}

/** File name of a job's journal. */
export function fileOfJob(job: string): string {
  return `${job}${EXTENSION}`
}

/** Path of a job's journal; throws `JobDoesNotExist` for what is no job id, so that no other file is ever reached through one. */
export function jobFile(job: string, runs: string): string {
  if (!isJobId(job)) throw jobDoesNotExist(job, runs)
  return path.join(runs, fileOfJob(job))
}
