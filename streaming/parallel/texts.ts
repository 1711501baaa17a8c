// How texts travel: codes mean nothing outside their dictionary, so each text is sent once, when it is first needed, and
// is an id from then on: its place among those sent.
import type { Dictionary, Texts } from '../decode/dictionary.ts'
import type { CodeMap } from '../window/aggregates/aggregate.ts'
import type { FieldTexts } from './messages.ts'

interface Sent {
  readonly dictionary: Dictionary
  /** By code: its id and one more; 0: it has none. */
  idOf: Int32Array
  count: number
  /** Codes whose texts are not sent yet. */
  fresh: number[]
}

/** On the side that sends. */
export class SentTexts {
  readonly #fields = new Map<Dictionary, Sent>()

  readonly toIds: CodeMap = ({ dictionary }, codes) => {
    const sent = this.#of(dictionary)
    const { idOf, fresh } = sent
    const ids = new Int32Array(codes.length)
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]
      if (idOf[code] === 0) {
        idOf[code] = ++sent.count
        fresh.push(code)
      }
      ids[i] = idOf[code] - 1
    }
    return ids
  }

  /** Texts that were asked for and are not sent yet. */
  take(): FieldTexts[] {
    const taken: FieldTexts[] = []
    for (const sent of this.#fields.values()) {
      const { dictionary, fresh } = sent
      if (fresh.length === 0) continue
      taken.push({ field: dictionary.name, texts: dictionary.textsOf(Int32Array.from(fresh)) })
      sent.fresh = []
    }
    return taken
  }

  /** Dictionaries of these fields are not used any more: ids of their texts begin anew. */
  forget(fields: readonly string[]): void {
    for (const dictionary of this.#fields.keys())
      if (fields.includes(dictionary.name)) this.#fields.delete(dictionary)
  }

  /** With room for every code that the dictionary has now. */
  #of(dictionary: Dictionary): Sent {
    let sent = this.#fields.get(dictionary)
    if (sent === undefined) {
      sent = { dictionary, idOf: new Int32Array(0), count: 0, fresh: [] }
      this.#fields.set(dictionary, sent)
    }
    if (sent.idOf.length < dictionary.size) {
      const idOf = new Int32Array(dictionary.size * 2)
      idOf.set(sent.idOf)
      sent.idOf = idOf
    }
    return sent
  }
}

interface Received {
  /** By id, in the dictionary. */
  codes: Int32Array
  dictionary: Dictionary | undefined
  count: number
  /** Texts whose codes are not known yet. */
  fresh: Texts[]
}

/** On the side that receives, for one sender. */
export class ReceivedTexts {
  readonly #fields = new Map<string, Received>()

  add(sent: readonly FieldTexts[]): void {
    for (const { field, texts } of sent) {
      const received = this.#fields.get(field) ?? nothingReceived()
      received.fresh.push(texts)
      this.#fields.set(field, received)
    }
  }

  /** Ids of texts of these fields begin anew. */
  forget(fields: readonly string[]): void {
    for (const field of fields) this.#fields.delete(field)
  }

  readonly toCodes: CodeMap = ({ dictionary }, ids) => {
    const received = this.#fields.get(dictionary.name)
    const codes = new Int32Array(ids.length)
    if (received === undefined) return codes
    useCodesOf(dictionary, received)
    for (const texts of received.fresh.splice(0)) append(received, dictionary.codesOf(texts))
    for (let i = 0; i < ids.length; i++) codes[i] = received.codes[ids[i]]
    return codes
  }
}

const nothingReceived = (): Received => ({
  codes: new Int32Array(0),
  dictionary: undefined,
  count: 0,
  fresh: [],
})

/** A job that forgets texts has another dictionary. What a worker may still name is few: it forgets as well. */
function useCodesOf(dictionary: Dictionary, received: Received): void {
  const { dictionary: before, codes, count } = received
  received.dictionary = dictionary
  if (before === undefined || before === dictionary) return
  received.codes = dictionary.codesOf(before.textsOf(codes.subarray(0, count)))
}

function append(received: Received, more: Int32Array): void {
  const count = received.count + more.length
  if (count > received.codes.length) {
    const codes = new Int32Array(count * 2)
    codes.set(received.codes)
    received.codes = codes
  }
  received.codes.set(more, received.count)
  received.count = count
}
