// Configuration: YAML files and environment variables against zod schemas, every problem with its place.
import { readFileSync } from 'node:fs'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { ConfigError, type Problem } from './errors.ts'
import { didYouMean } from './nearest.ts'
import { keepSecret } from './secrets.ts'
import type { z } from './zod.cjs'

type Issue = z.core.$ZodIssue

/** Either the value, or the problems that keep it from being one. */
export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly problems: readonly Problem[] }

/** The values of all, or one ConfigError with the problems of all. */
export function allOrProblems<T extends readonly unknown[]>(
  ...checked: { [K in keyof T]: Checked<T[K]> }
): T {
  const problems = (checked as readonly Checked<unknown>[]).flatMap((one) => one.problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return (checked as readonly Checked<unknown>[]).map((one) =>
    'value' in one ? one.value : undefined,
  ) as unknown as T
}

/** Reads and checks a YAML file. Problems are placed as `file:line`. */
export function readYaml<S extends z.ZodType>(file: string, schema: S): Checked<z.output<S>> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { problems: [{ where: file, what: `cannot be read: ${(error as Error).message}` }] }
  }
  return checkYaml(file, text, schema)
}

/** As `readYaml`, from text. */
export function checkYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
): Checked<z.output<S>> {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const lineOf = (offset: number) => lineCounter.linePos(offset).line
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      where: `${file}:${lineOf(error.pos[0])}`,
      what: `not valid YAML: ${error.message.split('\n')[0].replace(/ at line .*$/, '')}`,
    }))
    return { problems }
  }
  const raw: unknown = document.toJS() ?? {}
  const result = schema.safeParse(raw)
  if (result.success) return { value: result.data, problems: [] }
  const problems = result.error.issues
    .flatMap((issue) => describeIssue(issue, raw, schema))
    .map((described) => ({ ...described, line: lineOfPath(described.path) }))
    .sort((a, b) => a.line - b.line)
    .map(({ path, what, isNamed, line }) => ({
      where: `${file}:${line}`,
      what: isNamed ? what : `${path.join('.')}: ${what}`,
    }))
  return { problems }

  /** The line of the key at `path`, or of its nearest parent that exists. */
  function lineOfPath(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const parent =
        length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
      const key = path[length - 1]
      if (isMap(parent)) {
        const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key)
        if (pair !== undefined && isNode(pair.key) && pair.key.range)
          return lineOf(pair.key.range[0])
      }
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lineOf(node.range[0])
    }
    return 1
  }
}

/** Checks environment variables. An empty variable counts as unset. Values of `secrets` are never shown, by nobody. */
export function checkEnvironment<S extends z.ZodType>(
  environment: Readonly<Record<string, string | undefined>>,
  schema: S,
  secrets: readonly string[],
): Checked<z.output<S>> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  for (const name of secrets) keepSecret(set[name] ?? '')
  const result = schema.safeParse(set)
  if (result.success) return { value: result.data, problems: [] }
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0])
    const got =
      set[name] === undefined
        ? 'it is not set'
        : secrets.includes(name)
          ? 'got ******'
          : `got "${set[name]}"`
    return {
      where: name,
      what: `${expectation(issue)}, ${got} (variables are described in .env.example)`,
    }
  })
  return { problems }
}

/** Checks values that came from flags; `path[0]` is the flag's name. */
export function checkFlags<S extends z.ZodType>(
  flags: Readonly<Record<string, unknown>>,
  schema: S,
): Checked<z.output<S>> {
  const result = schema.safeParse(flags)
  if (result.success) return { value: result.data, problems: [] }
  const problems = result.error.issues.flatMap((issue) =>
    describeIssue(issue, flags, schema).map(({ path, what }) => ({
      where: `--${kebab(String(path[0]))}`,
      what,
    })),
  )
  return { problems }
}

const kebab = (name: string) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-')

interface Described {
  readonly path: readonly PropertyKey[]
  readonly what: string
  /** What it is about is named already by `what`. */
  readonly isNamed: boolean
}

function describeIssue(issue: Issue, raw: unknown, schema: z.ZodType): Described[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, issue.path)
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      what: `"${key}" is not a setting${allowed.length > 0 ? didYouMean(key, allowed) : ''}`,
      isNamed: true,
    }))
  }
  const got = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  )
  const shown = got === undefined ? 'nothing' : JSON.stringify(got)
  return [{ path: issue.path, what: `${expectation(issue)}, got ${shown}`, isNamed: false }]
}

/** "expected …": a schema's own words, else zod's, trimmed to what was expected. */
function expectation(issue: Issue): string {
  if (!/^(Invalid|Too) /.test(issue.message)) return issue.message
  if (issue.code === 'invalid_value')
    return `expected one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_small')
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
  if (issue.code === 'too_big')
    return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
  if (issue.code === 'invalid_type')
    return `expected ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
  return issue.message
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema
  for (const key of path) current = shapeOf(current)?.[key as string]
  return Object.keys(shapeOf(current) ?? {})
}

/** A zod schema: an object's has a shape; others may have one inside, or behind what is done before it. */
interface Wrapped {
  readonly shape?: Record<string, unknown>
  readonly unwrap?: () => unknown
  readonly out?: unknown
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let current = schema as Wrapped | undefined
  while (current !== undefined && current.shape === undefined) {
    current = (current.unwrap?.() ?? current.out) as Wrapped | undefined
  }
  return current?.shape
}
