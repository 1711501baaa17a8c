// Bytes → columns without objects, for events that are plain JSON and keep every rule. It only ever accepts: what it does
// not take, whole or broken, the full reader judges. (So a rejection always has the full reader's words.)
import { currencies } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import type { Columns, NumberColumn, TextColumn } from './columns.ts'
import { ABSENT, Dictionary } from './dictionary.ts'
import { FINGERPRINT_WORDS, fingerprint } from './fingerprint.ts'
import { JsonScanner, KIND } from './json-scanner.ts'
import { numberAt, timeMsAt } from './scalars.ts'

interface FastField {
  readonly isText: boolean
  readonly decimals: number
  readonly text: TextColumn | undefined
  readonly number: NumberColumn | undefined
  /** Smallest and largest value, scaled like the column. */
  readonly minimum: number
  readonly maximum: number
  /** The values that a field with a format may have. */
  readonly known: Dictionary | undefined
  /** Required always, or when the field `whenField` is the text `whenText`. */
  readonly isRequired: boolean
  readonly whenField: number
  readonly whenText: Uint8Array
}

export class FastEventReader {
  readonly #scanner: JsonScanner
  readonly #fields: readonly FastField[]
  readonly #columns: Columns
  readonly #timeIndex: number
  /** -1: ids are not asked for. */
  readonly #idIndex: number
  /** The bytes read last, and a view of the same. */
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)

  constructor(schema: EventSchema, columns: Columns) {
    const names = schema.fields.map((field) => field.name)
    this.#columns = columns
    this.#timeIndex = names.indexOf(schema.timeField)
    this.#idIndex = columns.hasIds ? names.indexOf(schema.idField ?? '') : -1
    this.#fields = schema.fields.map((spec) => fastField(spec, names, columns))
    const isHashed = this.#fields.map(
      ({ text, known }) => text !== undefined || known !== undefined,
    )
    this.#scanner = new JsonScanner(names, isHashed)
  }

  /** Reads the event at `bytes[start..end)` into `row`. False: nothing is known of it, ask the full reader. */
  read(bytes: Uint8Array, start: number, end: number, row: number, latestMs: number): boolean {
    const scanner = this.#scanner
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    const view = this.#view
    if (!scanner.scan(bytes, view, start, end)) return false
    const { kinds, starts, ends, hashes } = scanner
    const fields = this.#fields
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]
      const kind = kinds[i]
      const { text, number } = field
      if (kind === KIND.absent || (kind === KIND.text && starts[i] === ends[i])) {
        if (field.isRequired || this.#isRequiredHere(field, bytes)) return false
        if (text !== undefined) text.codes[row] = ABSENT
        else if (number !== undefined) number.values[row] = Number.NaN
        if (i === this.#idIndex) fingerprint(view, 0, 0, this.#columns.ids, row * FINGERPRINT_WORDS)
      } else if (i === this.#timeIndex) {
        if (kind === KIND.boolean) return false
        const timeMs = timeMsAt(bytes, starts[i], ends[i], kind === KIND.text)
        // Not NaN, and not from the future.
        if (!(timeMs <= latestMs)) return false
        this.#columns.timeMs[row] = timeMs
      } else if (field.isText) {
        if (kind !== KIND.text) return false
        if (field.known?.hasBytes(bytes, starts[i], ends[i], hashes[i]) === false) return false
        if (text !== undefined)
          text.codes[row] = text.dictionary.codeOfBytes(bytes, starts[i], ends[i], hashes[i])
        if (i === this.#idIndex)
          fingerprint(view, starts[i], ends[i], this.#columns.ids, row * FINGERPRINT_WORDS)
      } else {
        if (kind !== KIND.number) return false
        const value = numberAt(bytes, starts[i], ends[i], field.decimals)
        if (!(value >= field.minimum && value <= field.maximum)) return false
        if (number !== undefined) number.values[row] = value
      }
    }
    return true
  }

  #isRequiredHere({ whenField, whenText }: FastField, bytes: Uint8Array): boolean {
    if (whenField < 0) return false
    const { kinds, starts, ends } = this.#scanner
    const start = starts[whenField]
    if (kinds[whenField] !== KIND.text || ends[whenField] - start !== whenText.length) return false
    for (let i = 0; i < whenText.length; i++) if (bytes[start + i] !== whenText[i]) return false
    return true
  }
}

function fastField(spec: FieldSpec, names: readonly string[], columns: Columns): FastField {
  const scale = 10 ** (spec.decimals ?? 0)
  const { required } = spec
  return {
    isText: spec.kind === 'string',
    decimals: spec.decimals ?? 0,
    text: columns.text.get(spec.name),
    number: columns.numbers.get(spec.name),
    minimum: (spec.minimum ?? 0) * scale,
    maximum: Math.min((spec.maximum ?? Number.POSITIVE_INFINITY) * scale, Number.MAX_SAFE_INTEGER),
    known: spec.format === 'iso4217' ? dictionaryOf(currencies) : undefined,
    isRequired: required === true,
    whenField: typeof required === 'object' ? names.indexOf(required.field) : -1,
    whenText: typeof required === 'object' ? Buffer.from(required.equals) : new Uint8Array(0),
  }
}

function dictionaryOf(texts: Iterable<string>): Dictionary {
  const dictionary = new Dictionary('known')
  for (const text of texts) dictionary.codeOf(text)
  return dictionary
}
