// The benchmark's events as Avro in Confluent's wire format.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import avsc from 'avsc'

const SCHEMA = join(import.meta.dirname, '..', '..', 'data', 'schemas', 'events.avsc')
/** A zero byte and the schema's number, which a registry would give. */
const HEADER = Buffer.from([0, 0, 0, 0, 1])

/** Makes of an event in JSON the same in Avro. */
export function avroEncoder(): (json: Buffer) => Buffer {
  const type = avsc.Type.forSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')))
  return (json) => {
    const event = JSON.parse(json.toString())
    const value = { ...event, event_time: Date.parse(event.event_time) }
    return Buffer.concat([HEADER, type.toBuffer(value)])
  }
}
