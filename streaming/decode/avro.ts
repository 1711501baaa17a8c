// Avro values with the schema of the events' contract.
import avsc from 'avsc'
import type { AvroDecoder, EventObject } from './value.ts'

/** A decoder for the schema given as the text of an `.avsc` file. The whole value must fit: no bytes left over. */
export function avroDecoder(schemaText: string): AvroDecoder {
  const type = avsc.Type.forSchema(JSON.parse(schemaText))
  return (bytes) =>
    type.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) as EventObject
}
