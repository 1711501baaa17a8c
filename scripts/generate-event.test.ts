import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateEventModule } from './generate-event.ts'

const fileOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

describe("the event's types", () => {
  it('are those of data/schemas/events.avsc (when this fails: windrow generate)', () => {
    const generated = generateEventModule(fileOf('data/schemas/events.avsc'))
    expect(fileOf('data/events.generated.ts')).toBe(generated)
  })

  it('cannot be made of an Avro type that events do not have', () => {
    const schema = (type: unknown) =>
      JSON.stringify({
        name: 'E',
        fields: [
          { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
          { name: 'blob', type },
        ],
      })
    expect(() => generateEventModule(schema('bytes'))).toThrow(
      /field "blob" has type "bytes"; expected string/,
    )
    expect(generateEventModule(schema(['null', 'double']))).toContain(
      'readonly blob?: number | null',
    )
  })

  it('need a field that holds the event time', () => {
    expect(() => generateEventModule('{"name":"E","fields":[]}')).toThrow(/timestamp-millis/)
  })

  it('name the field of identity, if there is one', () => {
    const time = { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }
    const id = (name: string, type: unknown = 'string') => ({
      name,
      type,
      windrow: { identity: true },
    })
    const generate = (...fields: object[]) =>
      generateEventModule(JSON.stringify({ name: 'E', fields: [time, ...fields] }))
    expect(generate(id('key'))).toContain("idField: 'key',")
    expect(generate()).not.toContain('idField')
    expect(() => generate(id('key'), id('other'))).toThrow(
      'expected one field of identity, got "key", "other"',
    )
    expect(() => generate(id('key', ['null', 'string']))).toThrow(
      'the field of identity, "key", must be a string in every event',
    )
  })

  it('keep an apostrophe in a text of the schema', () => {
    const schema = fileOf('data/schemas/events.avsc')
    expect(generateEventModule(schema)).toContain("Confluent\\'s")
  })
})
