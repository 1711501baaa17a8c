// Reads docker-compose.yml for the tests: its services, and the variables it asks for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from '../kit/zod.cjs'

const text = readFileSync(join(import.meta.dirname, 'docker-compose.yml'), 'utf8')

const service = z.object({
  image: z.string(),
  profiles: z.array(z.string()).default([]),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
})

/** A service as this file writes it: of the forms that Compose allows one each. */
export type ComposeService = z.output<typeof service>

/** The document as Compose reads it, anchors and merges resolved, variables not. */
export const composeDocument: Record<string, unknown> = parse(text, { merge: true })

export const composeFile = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(composeDocument)

/** Variables the file asks for, with the default it gives each: `${NAME:-default}`. */
export const composeVariables: ReadonlyMap<string, string | undefined> = new Map(
  [...text.matchAll(/(?<!\$)\$\{(\w+)(?::-([^}]*))?\}/g)].map(([, name, value]) => [name, value]),
)

/** With every variable at its default. */
export const withDefaults = (value: string): string =>
  value.replace(/\$\{\w+:-([^}]*)\}/g, (_, given: string) => given)
