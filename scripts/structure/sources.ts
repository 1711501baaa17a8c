// The project's TypeScript files and what each imports, for the test of the tree's rules. Reads text, runs nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const skipped = new Set(['node_modules', 'coverage', 'public'])

export interface Import {
  /** From the project's directory for our own files (`kit/clock.ts`), else as written (`node:fs`, `kafkajs`). */
  readonly target: string
  readonly isOurs: boolean
  readonly line: number
}

export interface Source {
  /** From the project's directory, with slashes: `stores/event-log/kafka.ts`. */
  readonly path: string
  readonly lines: readonly string[]
  readonly imports: readonly Import[]
  /** Tests, and what only tests use: conformance suites, fakes, helpers. */
  readonly isTest: boolean
}

/** Every `.ts` file that git would keep, in order of path. */
export function readSources(): readonly Source[] {
  return walk(root)
    .map((file) => relative(root, file).replaceAll('\\', '/'))
    .sort()
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')))
}

function walk(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return []
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return walk(path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

const testPattern =
  /\.test\.ts$|\/testing\/|(^|\/)(conformance|testing|fake-[\w-]+|[\w-]+-testing)\.ts$/

export function sourceOf(path: string, text: string): Source {
  return {
    path,
    lines: text.split('\n'),
    imports: importsOf(path, text),
    isTest: testPattern.test(path),
  }
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`; types too. */
const importPattern = /^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm

function importsOf(path: string, source: string): Import[] {
  // Without the comments, whose lines stay.
  const text = source.replace(/^[ \t]*(\/\/|\/?\*).*$/gm, '')
  return [...text.matchAll(importPattern)].map((match) => {
    const name = match[1] ?? match[2]
    const line = text.slice(0, match.index + match[0].length).split('\n').length
    const isOurs = name.startsWith('.')
    return { target: isOurs ? join(dirname(path), name) : name, isOurs, line }
  })
}
