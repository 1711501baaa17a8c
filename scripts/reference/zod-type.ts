// What a setting may be, in words, from its zod schema.
import { z } from '../../kit/zod.cjs'

interface JsonSchema {
  /** How its schema names itself. */
  readonly title?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** Settings of an object schema, one inside another named with a dot, and the type of each. */
export function typesOf(schema: z.ZodType): Map<string, string> {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })
  return new Map(flat(json as JsonSchema, ''))
}

function flat(schema: JsonSchema, prefix: string): [name: string, type: string][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const inner = one.anyOf?.find(({ properties }) => properties !== undefined) ?? one
    const own: [string, string] = [`${prefix}${name}`, typeOf(one)]
    return inner.properties === undefined ? [own] : [own, ...flat(inner, `${prefix}${name}.`)]
  })
}

function typeOf(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title
  if (schema.enum !== undefined) return schema.enum.join(', ')
  if (schema.const !== undefined) return String(schema.const)
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  switch (schema.type) {
    case 'null':
      return 'off'
    case 'integer':
      return `whole number${boundsOf(schema)}`
    case 'number':
      return `number${boundsOf(schema)}`
    case 'boolean':
      return 'true, false'
    case 'string':
      return 'text'
    case 'object':
      return 'settings'
    default:
      return schema.type ?? 'text'
  }
}

function boundsOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const isBound = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  const bounds = [
    ...(isBound(minimum) ? [`from ${minimum}`] : []),
    ...(isBound(exclusiveMinimum) ? [`above ${exclusiveMinimum}`] : []),
    ...(isBound(maximum) ? [`to ${maximum}`] : []),
  ]
  return bounds.length === 0 ? '' : ` ${bounds.join(' ')}`
}
