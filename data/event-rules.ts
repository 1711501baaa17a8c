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

export const FAULT_REASONS = ['missing', 'type', 'time', 'range', 'decimals', 'currency'] as const
export type FaultReason = (typeof FAULT_REASONS)[number]

/** Codes a field of format `iso4217` may have. */
export const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

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
  switch (spec.kind) {
    case 'string':
      if (typeof value !== 'string') return fault(spec, value, 'type', 'text')
      if (spec.format !== 'iso4217' || currencies.has(value)) return undefined
      return fault(spec, value, 'currency', 'an ISO 4217 code like "USD"')
    case 'time':
      if (typeof value !== 'number' && typeof value !== 'string')
        return fault(spec, value, 'type', TIME)
      return Number.isNaN(parseTimeMs(value)) ? fault(spec, value, 'time', TIME) : undefined
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        return fault(spec, value, 'type', 'a whole number')
      }
      return isOutside(spec, value) ? fault(spec, value, 'range', range(spec)) : undefined
    case 'decimal':
      if (typeof value !== 'number') return fault(spec, value, 'type', 'a number')
      return isOutside(spec, value)
        ? fault(spec, value, 'range', range(spec))
        : decimalsFault(spec, value)
  }
}

function decimalsFault(spec: FieldSpec, value: number): Fault | undefined {
  const decimals = spec.decimals ?? 0
  const scaled = scaledInteger(value, decimals)
  if (!Number.isSafeInteger(scaled)) return fault(spec, value, 'range', 'a smaller number')
  const isExact = scaled / 10 ** decimals === value
  return isExact ? undefined : fault(spec, value, 'decimals', `at most ${decimals} decimals`)
}

const fault = (spec: FieldSpec, value: unknown, reason: FaultReason, expected: string): Fault => ({
  field: spec.name,
  reason,
  detail: `${spec.name}: expected ${expected}, got ${show(value)}`,
})

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
