// Avro values with the schema of the events' contract: what avsc makes of them, and how they are written.
import avsc from 'avsc'
import { type AvroDecoder, type AvroField, type EventObject, NOT_UTF8 } from './value.ts'

/** A decoder for the schema given as the text of an `.avsc` file. The whole value must fit: no bytes left over. */
export function avroDecoder(schemaText: string): AvroDecoder {
  const schema = JSON.parse(schemaText)
  const type = avsc.Type.forSchema(schema)
  return {
    decode: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const event = type.fromBuffer(buffer) as EventObject
      // Wrong UTF-8 becomes U+FFFD in silence; only then are the bytes other ones when written again.
      const isSuspect = Object.values(event).some((one) => String(one).includes('\uFFFD'))
      return isSuspect && !type.toBuffer(event).equals(buffer) ? NOT_UTF8 : event
    },
    fields: fieldsOf(schema),
  }
}

function fieldsOf(schema: { readonly fields?: readonly unknown[] }): AvroField[] | undefined {
  const fields = (schema.fields ?? []).map(fieldOf).filter((field) => field !== undefined)
  return fields.length > 0 && fields.length === schema.fields?.length ? fields : undefined
}

function fieldOf(field: unknown): AvroField | undefined {
  const { name, type } = field as { name: string; type: unknown }
  if (!Array.isArray(type)) return typed(name, type)
  const nullBranch = type.indexOf('null')
  if (type.length !== 2 || nullBranch < 0) return undefined
  return typed(name, type[1 - nullBranch], nullBranch === 0 ? 0 : 1)
}

/** Of a type with a logical one, avsc reads the plain one, and so do we. */
function typed(name: string, type: unknown, nullBranch?: 0 | 1): AvroField | undefined {
  const plain = typeof type === 'object' && type !== null && 'type' in type ? type.type : type
  if (plain !== 'string' && plain !== 'int' && plain !== 'long' && plain !== 'double')
    return undefined
  return { name, type: plain, nullBranch }
}
