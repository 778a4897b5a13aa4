import {describe, expect, test} from 'vitest'
import {obtainConsent, type Confirmation, type ConsentSource} from '../../../src/lib/cli/confirm.js'

const moderate: Confirmation = {
  level: 'moderate',
  question: 'Redrive 40 messages?',
  details: ['orders-dlq -> orders', 'account 123456789012, eu-west-1'],
  name: 'orders-dlq',
}
const severe: Confirmation = {...moderate, level: 'severe', question: 'Purge orders-dlq?'}

interface Given {
  readonly yes?: boolean
  readonly confirm?: string
  readonly answer?: string | null
}

function source({yes = false, confirm, answer}: Given) {
  const shown: string[] = []
  const consent: ConsentSource = {
    yes,
    confirm,
    words: ['msgops', 'dlq', 'redrive', 'orders-dlq', ...(yes ? ['--yes'] : [])],
    show: line => shown.push(line),
    ask:
      answer === undefined
        ? undefined
        : question => {
            shown.push(question)
            return Promise.resolve(answer ?? undefined)
          },
  }
  return {shown, consent}
}

describe('moderate', () => {
  test.each<Given>([
    {yes: true},
    {confirm: 'orders-dlq'},
    {answer: 'y'},
    {answer: 'Y'},
    {answer: 'yes'},
    {answer: ' YES '},
  ])('%j is consent', async given => {
    const {consent} = source(given)
    await expect(obtainConsent(moderate, consent)).resolves.toBeUndefined()
  })

  test.each<Given>([
    {answer: ''},
    {answer: 'n'},
    {answer: 'ye'},
    {answer: 'yes please'},
    {answer: 'orders-dlq'},
    {answer: null},
  ])('%j is not', async given => {
    const {consent} = source(given)
    await expect(obtainConsent(moderate, consent)).rejects.toMatchObject({code: 'NotConfirmed', exitCode: 7})
  })

  test('with --yes nothing is shown or asked', async () => {
    const {consent, shown} = source({yes: true, answer: 'n'})
    await obtainConsent(moderate, consent)
    expect(shown).toEqual([])
  })

  test('the details stand above the question, whose default is no', async () => {
    const {consent, shown} = source({answer: 'y'})
    await obtainConsent(moderate, consent)
    expect(shown).toEqual(['orders-dlq -> orders', 'account 123456789012, eu-west-1', 'Redrive 40 messages? [y/N] '])
  })

  test('with nobody to ask: refused, with the command to run', async () => {
    const {consent} = source({})
    await expect(obtainConsent(moderate, consent)).rejects.toMatchObject({
      code: 'ConfirmationRequired',
      exitCode: 7,
      suggestions: ['To confirm, run: msgops dlq redrive orders-dlq --yes'],
    })
  })
})

describe('severe', () => {
  test.each<Given>([{confirm: 'orders-dlq'}, {answer: 'orders-dlq'}, {answer: ' orders-dlq '}])(
    '%j is consent',
    async given => {
      const {consent} = source(given)
      await expect(obtainConsent(severe, consent)).resolves.toBeUndefined()
    },
  )

  test.each<Given>([
    {answer: 'y'},
    {answer: 'yes', yes: true},
    {answer: 'Orders-dlq'},
    {answer: 'orders'},
    {answer: ''},
    {answer: null},
  ])('%j is not', async given => {
    const {consent} = source(given)
    await expect(obtainConsent(severe, consent)).rejects.toMatchObject({code: 'NotConfirmed', exitCode: 7})
  })

  test('--yes is not consent where nobody can be asked', async () => {
    const {consent} = source({yes: true})
    const refused = obtainConsent(severe, consent)
    await expect(refused).rejects.toMatchObject({
      code: 'ConfirmationRequired',
      exitCode: 7,
      suggestions: ['To confirm, run: msgops dlq redrive orders-dlq --yes --confirm orders-dlq'],
    })
    await expect(refused).rejects.toThrow('--yes is not enough')
  })

  test('another name is refused without a question, at a terminal too', async () => {
    for (const confirmation of [severe, moderate]) {
      const {consent, shown} = source({confirm: 'orders', yes: true, answer: 'orders-dlq'})
      await expect(obtainConsent(confirmation, consent)).rejects.toMatchObject({
        code: 'ConfirmationMismatch',
        exitCode: 7,
      })
      expect(shown).toEqual([])
    }
  })

  test('what is asked about is shown safely', async () => {
    const {consent, shown} = source({answer: 'x\u001b'})
    await obtainConsent({...severe, question: 'Purge \u001b[2J?', name: 'x\u001b'}, consent)
    expect(shown.at(-1)).toBe(String.raw`Purge \u{1b}[2J?` + '\n' + String.raw`Type x\u{1b} to confirm: `)
  })

  test('a severe question without a name is a bug', async () => {
    const {consent} = source({answer: ''})
    await expect(obtainConsent({...severe, name: ''}, consent)).rejects.not.toHaveProperty('exitCode')
  })
})
