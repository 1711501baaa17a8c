// Avro schema of an event → TypeScript module with its type and its schema as a constant. Pure.
import type { FieldKind, FieldSpec } from '../data/schema.ts'

type AvroType = string | { type: string; logicalType?: string }
interface AvroField {
  name: string
  type: AvroType | AvroType[]
  doc?: string
  windrow?: Pick<FieldSpec, 'minimum' | 'maximum' | 'decimals' | 'format'> & {
    requiredWhen?: { field: string; equals: string }
    /** The field tells one event from another. */
    identity?: true
  }
}

/** Source text of `data/events.generated.ts`. Throws when the schema uses an Avro type that events do not have. */
export function generateEventModule(avsc: string): string {
  const record = JSON.parse(avsc) as { name: string; fields: AvroField[] }
  const specs = record.fields.map(specOf)
  const timeField = specs.find((spec) => spec.kind === 'time')
  if (timeField === undefined)
    throw new Error('events.avsc: expected one field with logicalType timestamp-millis')
  const idField = idFieldOf(record.fields)
  const members = record.fields.map((field, index) => {
    const type = specs[index].kind === 'string' ? 'string' : 'number'
    const optional = Array.isArray(field.type)
    return `  /** ${field.doc ?? ''} */\n  readonly ${field.name}${optional ? '?' : ''}: ${type}${optional ? ' | null' : ''}`
  })
  return `// Generated from data/schemas/events.avsc by \`windrow generate\`. Do not edit.
import type { EventSchema } from './schema.ts'

/** An event as written to the topic. */
export interface ${record.name} {
${members.join('\n')}
}

export const eventSchema = {
  name: '${record.name}',
  timeField: '${timeField.name}',
${idField === undefined ? '' : `  idField: '${idField}',\n`}  fields: [
${specs.map((spec) => `    ${literal(spec)},`).join('\n')}
  ],
} as const satisfies EventSchema

/** The Avro schema itself, as JSON text. */
export const eventAvroSchema = ${quoted(JSON.stringify(JSON.parse(avsc)))}
`
}

function idFieldOf(fields: readonly AvroField[]): string | undefined {
  const marked = fields.filter(({ windrow }) => windrow?.identity)
  const names = marked.map(({ name }) => `"${name}"`).join(', ')
  if (marked.length > 1)
    throw new Error(`events.avsc: expected one field of identity, got ${names}`)
  if (marked.length === 1 && marked[0].type !== 'string')
    throw new Error(`events.avsc: the field of identity, ${names}, must be a string in every event`)
  return marked[0]?.name
}

function specOf(field: AvroField): FieldSpec {
  const types = Array.isArray(field.type) ? field.type : [field.type]
  const nullable = types.includes('null')
  const { requiredWhen, identity: _, ...rules } = field.windrow ?? {}
  const type = types.find((one) => one !== 'null') ?? 'null'
  const kind = kindOf(field.name, type)
  return {
    name: field.name,
    kind,
    required: requiredWhen ?? !nullable,
    ...rules,
    ...(type === 'int' ? { maximum: 2_147_483_647 } : {}),
  }
}

function kindOf(name: string, type: AvroType): FieldKind {
  if (typeof type === 'object' && type.logicalType === 'timestamp-millis') return 'time'
  if (type === 'string') return 'string'
  if (type === 'int' || type === 'long') return 'integer'
  if (type === 'double') return 'decimal'
  throw new Error(
    `events.avsc: field "${name}" has type ${JSON.stringify(type)}; expected string, int, long, double or timestamp-millis`,
  )
}

const literal = (value: object): string =>
  `{ ${Object.entries(value)
    .map(
      ([key, inner]) =>
        `${key}: ${typeof inner === 'object' ? literal(inner) : typeof inner === 'string' ? `'${inner}'` : inner}`,
    )
    .join(', ')} }`

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
