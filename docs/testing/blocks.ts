// Fenced blocks of the chapters, each with its place, so that tests can run them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

export interface Block {
  /** From the project's directory: `docs/late-events.md`. */
  readonly chapter: string
  /** Of its first line of text, from 1. */
  readonly line: number
  /** What stands behind the fence: language, then words for tests. */
  readonly words: readonly string[]
  readonly text: string
  /** What it prints, where the next block says so (`text output`). */
  readonly output?: string
}

/** `docs/first-metric.md:12`. */
export const placeOf = ({ chapter, line }: Block): string => `${chapter}:${line}`

/** README and every page of docs/, in order of path. */
export const chapters = (): string[] => ['README.md', ...pagesIn('docs')]

/** Pages of a folder and of those in it, sorted. */
export const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return []
      const path = join(folder, entry.name).replaceAll('\\', '/')
      if (entry.isDirectory()) return pagesIn(path)
      return entry.name.endsWith('.md') ? [path] : []
    })
    .sort()

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Blocks of a page, in its order. */
export function blocksOf(chapter: string): Block[] {
  const fences = [...textOf(chapter).matchAll(/^```(\S.*)?\n([\s\S]*?)^```[ \t]*$/gm)]
  return fences.map(({ 1: info = '', 2: text, index, input }, at) => {
    const output = outputOf(fences[at + 1])
    return {
      chapter,
      line: input.slice(0, index).split('\n').length + 1,
      words: info.split(' ').filter((word) => word !== ''),
      text,
      ...(output === undefined ? {} : { output }),
    }
  })
}

const outputOf = (fence: RegExpExecArray | undefined): string | undefined =>
  fence?.[1] === 'text output' ? fence[2] : undefined

/** What was printed, against what the page says; a line `…` stands for any lines, `…` in a line for any text. */
export function isPrinted(expected: string, printed: string): boolean {
  const escaped = tidy(expected).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = escaped.replace(/(^|\n)…(?=\n|$)/g, '(?:$1[^]*)?').replaceAll('…', '.*')
  return new RegExp(`^\\n*${pattern}\\n*$`).test(tidy(printed))
}

const tidy = (text: string): string => text.replace(/[ \t]+$/gm, '').trim()
