// The file with the variables the programs need, in dotenv form: for a shell to read, and for
// `.env`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Variables } from './service.ts'

export const envFile = (dir: string): string => join(dir, 'env')

/** `NAME=value` lines that a shell and a dotenv reader take for the same. */
export function dotenv(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('')
}

function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value
  if (value.includes("'") || value.includes('\n')) {
    throw new Error(
      `a value for the env file must have no quote and be one line, got ${JSON.stringify(value)}`,
    )
  }
  return `'${value}'`
}

/** Writes the file, or removes it when there is nothing to say. */
export function writeEnvFile(dir: string, variables: Variables): void {
  mkdirSync(dir, { recursive: true })
  if (Object.keys(variables).length === 0) rmSync(envFile(dir), { force: true })
  else writeFileSync(envFile(dir), dotenv(variables))
}

/** What `up` prints at its end. */
export function usage(dir: string, variables: Variables): string {
  const file = relative(process.cwd(), envFile(dir))
  return `
${dotenv(variables)}
The same is in ${file}. To use these in a shell:

  set -a; . ${file.startsWith('/') || file.startsWith('.') ? file : `./${file}`}; set +a
`
}
