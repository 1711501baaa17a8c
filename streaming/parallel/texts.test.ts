import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Dictionary } from '../decode/dictionary.ts'
import { ReceivedTexts, SentTexts } from './texts.ts'

const column = (dictionary: Dictionary) => ({ dictionary, codes: new Int32Array(0) })
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'ä', '', 'unknown', 'long words too'))
const steps = fc.array(fc.record({ isUser: fc.boolean(), here: words, there: words }))

test('codes become those of the same texts elsewhere, and each text is sent once', () => {
  const property = (plan: readonly { isUser: boolean; here: string[]; there: string[] }[]) => {
    const [from, to] = [0, 1].map(() => [new Dictionary('user'), new Dictionary('page')])
    const sent = new SentTexts()
    const received = new ReceivedTexts()
    const travelled: string[] = []
    for (const { isUser, here, there } of plan) {
      const field = isUser ? 0 : 1
      // Others may know texts already, under other codes.
      for (const text of there) to[field].codeOf(text)
      const codes = Int32Array.from(here, (text) => from[field].codeOf(text))
      const ids = sent.toIds(column(from[field]), codes)
      const texts = sent.take()
      for (const { field: name, texts: some } of texts)
        travelled.push(...[...some.ends].map((_, i) => `${name} ${i} ${some.ends.length}`))
      received.add(structuredClone(texts))
      const arrived = received.toCodes(column(to[field]), ids)
      expect([...arrived].map((code) => to[field].textOf(code))).toEqual(
        [...codes].map((code) => from[field].textOf(code)),
      )
    }
    const different = new Set(
      plan.flatMap(({ isUser, here }) => here.map((text) => `${isUser} ${text}`)),
    )
    expect(travelled.length).toBe(different.size)
  }
  fc.assert(fc.property(steps, property))
})
