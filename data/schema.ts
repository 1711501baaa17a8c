// What an event looks like, as data that the engine reads: it knows schemas, never clicks or purchases.

export type FieldKind =
  /** Text. */
  | 'string'
  /** Whole number; in columns the number itself. */
  | 'integer'
  /** Exact decimal; in columns scaled to a whole number of its last decimal, e.g. cents. */
  | 'decimal'
  /** An instant; in columns epoch milliseconds. */
  | 'time'

/** One field of an event and the rules its value must keep. */
export interface FieldSpec {
  readonly name: string
  readonly kind: FieldKind
  /** Always, never, or only in events where another field has a certain value. */
  readonly required: boolean | { readonly field: string; readonly equals: string }
  readonly minimum?: number
  readonly maximum?: number
  /** Largest number of decimals of a `decimal`. */
  readonly decimals?: number
  readonly format?: 'iso4217'
}

export interface EventSchema {
  readonly name: string
  readonly fields: readonly FieldSpec[]
  /** The field that holds the event time. */
  readonly timeField: string
  /** The text field that tells one event from another. Absent: two events that look the same are two. */
  readonly idField?: string
}

/** Names of the fields of a schema that is a constant. */
export type FieldName<S extends EventSchema> = S['fields'][number]['name']

/** Whether every event has the field. */
export const isAlwaysThere = ({ fields }: EventSchema, name: string): boolean =>
  fields.some((field) => field.name === name && field.required === true)
