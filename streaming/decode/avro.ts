// Avro values with the schema of the events' contract.
import avsc from 'avsc'
import { type AvroDecoder, type EventObject, NOT_UTF8 } from './value.ts'

/** A decoder for the schema given as the text of an `.avsc` file. The whole value must fit: no bytes left over. */
export function avroDecoder(schemaText: string): AvroDecoder {
  const type = avsc.Type.forSchema(JSON.parse(schemaText))
  return (bytes) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const event = type.fromBuffer(buffer) as EventObject
    // Wrong UTF-8 becomes U+FFFD in silence; only then are the bytes other ones when written again.
    const isSuspect = Object.values(event).some((one) => String(one).includes('\uFFFD'))
    return isSuspect && !type.toBuffer(event).equals(buffer) ? NOT_UTF8 : event
  }
}
