// The rules a value must keep to be a field of an event: one place for the streaming job's decoder and for producers.
import type { EventSchema, FieldSpec } from './schema.ts'
import { parseTimeMs } from './time.ts'

/** Why a record is no event: which field, why in one word, and a sentence. */
export interface Fault {
  /** Empty: the record as a whole. */
  readonly field: string
  readonly reason: FaultReason
  readonly detail: string
}

export type FaultReason = 'missing' | 'type' | 'time' | 'range' | 'decimals' | 'currency'

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** A value counts as absent when it is undefined, null or, for text, empty. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === ''

/** Whether the field must be there in this event. */
export function isRequired(spec: FieldSpec, event: Readonly<Record<string, unknown>>): boolean {
  const { required } = spec
  return typeof required === 'boolean' ? required : event[required.field] === required.equals
}

/** The fault of a value that is there, or undefined when it keeps the rules. */
export function faultOf(spec: FieldSpec, value: unknown): Fault | undefined {
  const fault = (reason: FaultReason, expected: string): Fault => ({
    field: spec.name,
    reason,
    detail: `${spec.name}: expected ${expected}, got ${show(value)}`,
  })
  switch (spec.kind) {
    case 'string':
      if (typeof value !== 'string') return fault('type', 'text')
      if (spec.format === 'iso4217' && !currencies.has(value))
        return fault('currency', 'an ISO 4217 code like "USD"')
      return undefined
    case 'time':
      if (typeof value !== 'number' && typeof value !== 'string') return fault('type', TIME)
      return Number.isNaN(parseTimeMs(value)) ? fault('time', TIME) : undefined
    case 'integer':
      if (typeof value !== 'number') return fault('type', 'a whole number')
      if (!Number.isInteger(value)) return fault('type', 'a whole number')
      return isOutside(spec, value) ? fault('range', range(spec)) : undefined
    case 'decimal': {
      if (typeof value !== 'number') return fault('type', 'a number')
      if (isOutside(spec, value)) return fault('range', range(spec))
      const scaled = scaledInteger(value, spec.decimals ?? 0)
      if (!Number.isSafeInteger(scaled)) return fault('range', 'a smaller number')
      const isExact = scaled / 10 ** (spec.decimals ?? 0) === value
      return isExact ? undefined : fault('decimals', `at most ${spec.decimals ?? 0} decimals`)
    }
  }
}

/** The first fault of an event, or undefined. Fields that the schema does not name are ignored. */
export function checkEvent(
  schema: EventSchema,
  event: Readonly<Record<string, unknown>>,
): Fault | undefined {
  for (const spec of schema.fields) {
    const value = event[spec.name]
    if (isAbsent(value)) {
      if (isRequired(spec, event)) return missing(spec)
    } else {
      const fault = faultOf(spec, value)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

export const missing = (spec: FieldSpec): Fault => ({
  field: spec.name,
  reason: 'missing',
  detail: `${spec.name}: expected a value, got none`,
})

/** A decimal as a whole number of its last decimal: 12.34 → 1234. The same double comes back by dividing. */
export const scaledInteger = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) + 0

const TIME = 'epoch milliseconds or ISO 8601 with a zone, like "2026-01-31T12:00:00Z"'

const isOutside = (spec: FieldSpec, value: number): boolean =>
  !Number.isFinite(value) ||
  value < (spec.minimum ?? -Infinity) ||
  value > (spec.maximum ?? Infinity)

function range(spec: FieldSpec): string {
  if (spec.maximum === undefined) return `at least ${spec.minimum ?? 'a finite number'}`
  return `${spec.minimum ?? -spec.maximum} to ${spec.maximum}`
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
