// Generated from data/schemas/events.avsc by `windrow generate`. Do not edit.
import type { EventSchema } from './schema.ts'

/** An event as written to the topic. */
export interface Event {
  /** Identity of the event; ours are UUIDs. */
  readonly event_id: string
  /** click and purchase are what the shop sends; any other is legal. */
  readonly event_type: string
  /** Who did it; the key of the record and of the demographics. */
  readonly user_id: string
  /** The visit it belongs to. */
  readonly session_id?: string | null
  /** When it happened: epoch milliseconds; in JSON also ISO 8601 with zone. */
  readonly event_time: number
  /** The product looked at or bought. */
  readonly product_id?: string | null
  /** The product's category. */
  readonly category?: string | null
  /** Path of the page it happened on. */
  readonly page?: string | null
  /** Pieces bought. */
  readonly quantity?: number | null
  /** Price of one piece, at most two decimals. */
  readonly unit_price?: number | null
  /** ISO 4217 code. */
  readonly currency?: string | null
}

export const eventSchema = {
  name: 'Event',
  timeField: 'event_time',
  idField: 'event_id',
  fields: [
    { name: 'event_id', kind: 'string', required: true },
    { name: 'event_type', kind: 'string', required: true },
    { name: 'user_id', kind: 'string', required: true },
    { name: 'session_id', kind: 'string', required: false },
    { name: 'event_time', kind: 'time', required: true },
    { name: 'product_id', kind: 'string', required: false },
    { name: 'category', kind: 'string', required: false },
    { name: 'page', kind: 'string', required: false },
    { name: 'quantity', kind: 'integer', required: { field: 'event_type', equals: 'purchase' }, minimum: 1, maximum: 2147483647 },
    { name: 'unit_price', kind: 'decimal', required: { field: 'event_type', equals: 'purchase' }, minimum: 0, decimals: 2 },
    { name: 'currency', kind: 'string', required: false, format: 'iso4217' },
  ],
} as const satisfies EventSchema

/** The Avro schema itself, as JSON text. */
export const eventAvroSchema = '{"type":"record","name":"Event","namespace":"windrow.ecommerce","doc":"One thing a shopper did. On the topic as JSON, or as Avro in Confluent\'s wire format. The attributes named \\"windrow\\" hold what Avro cannot say: rules that a value must keep to be counted.","fields":[{"name":"event_id","type":"string","doc":"Identity of the event; ours are UUIDs.","windrow":{"identity":true}},{"name":"event_type","type":"string","doc":"click and purchase are what the shop sends; any other is legal."},{"name":"user_id","type":"string","doc":"Who did it; the key of the record and of the demographics."},{"name":"session_id","type":["null","string"],"default":null,"doc":"The visit it belongs to."},{"name":"event_time","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened: epoch milliseconds; in JSON also ISO 8601 with zone."},{"name":"product_id","type":["null","string"],"default":null,"doc":"The product looked at or bought."},{"name":"category","type":["null","string"],"default":null,"doc":"The product\'s category."},{"name":"page","type":["null","string"],"default":null,"doc":"Path of the page it happened on."},{"name":"quantity","type":["null","int"],"default":null,"doc":"Pieces bought.","windrow":{"requiredWhen":{"field":"event_type","equals":"purchase"},"minimum":1}},{"name":"unit_price","type":["null","double"],"default":null,"doc":"Price of one piece, at most two decimals.","windrow":{"requiredWhen":{"field":"event_type","equals":"purchase"},"minimum":0,"decimals":2}},{"name":"currency","type":["null","string"],"default":null,"doc":"ISO 4217 code.","windrow":{"format":"iso4217"}}]}'
