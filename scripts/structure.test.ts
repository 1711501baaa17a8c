// The rules of the tree that a machine can check: who imports whom, which package is known where, what the core may
// not do. The tables are in structure/rules.ts; every failure says where it is and what to do.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCycle } from './structure/cycles.ts'
import {
  commentWidth,
  core,
  isIn,
  mayImport,
  vendorExceptions,
  vendors,
} from './structure/rules.ts'
import { type Import, readSources, type Source, sourceOf } from './structure/sources.ts'

const root = join(import.meta.dirname, '..')
const sources = readSources()
const byPath = new Map(sources.map((source) => [source.path, source]))
const programSources = sources.filter((source) => !source.isTest)
const isGenerated = ({ path }: Source): boolean => path.endsWith('.generated.ts')
const at = (source: Source, line: number): string => `${source.path}:${line}`
const topOf = (path: string): string => path.split('/')[0]

/** Every import of `from`, with what is wrong with it according to `check`. */
function wrongImports(
  from: readonly Source[],
  check: (source: Source, one: Import) => string | undefined,
): string[] {
  return from.flatMap((source) =>
    source.imports.flatMap((one) => {
      const what = check(source, one)
      return what === undefined ? [] : [`${at(source, one.line)} ${what}`]
    }),
  )
}

describe('imports', () => {
  test('the files are read', () => {
    expect(byPath.get('scripts/structure.test.ts')?.imports).toContainEqual({
      target: 'scripts/structure/cycles.ts',
      isOurs: true,
      line: 6,
    })
    const source = sourceOf('a/b.ts', "import {\n  x,\n} from '../c.ts'\nexport * from 'd'\n")
    expect(source.imports).toEqual([
      { target: 'c.ts', isOurs: true, line: 3 },
      { target: 'd', isOurs: false, line: 4 },
    ])
  })

  test('point inward: programs know kit, data and stores, not each other', () => {
    const wrong = wrongImports(programSources, ({ path }, { isOurs, target }) => {
      const allowed = mayImport[topOf(path)]
      const there = topOf(target)
      if (!isOurs || allowed === undefined || there === topOf(path) || allowed.includes(there))
        return
      const may = allowed.length === 0 ? 'nothing else' : `only ${allowed.join(', ')} beside itself`
      return `imports ${target}: ${topOf(path)}/ may import ${may}; pass it in, or move it inward`
    })
    expect(wrong).toEqual([])
  })

  test('of programs are not what only tests use', () => {
    const wrong = wrongImports(programSources, ({ path }, { isOurs, target }) => {
      if (!isOurs || topOf(path) === 'scripts' || byPath.get(target)?.isTest !== true) return
      return `imports ${target}, which is for tests: move what it needs out of there`
    })
    expect(wrong).toEqual([])
  })

  test('form no cycle, neither of files nor of folders', () => {
    expect(
      findCycle(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set(['c'])],
          ['c', new Set(['b'])],
        ]),
      ),
    ).toEqual(['b', 'c', 'b'])
    expect(cycleOf((path) => path)).toBe('none')
    expect(cycleOf(folderOf)).toBe('none')
  })

  test('of a package are in its own adapter', () => {
    const wrong = wrongImports(programSources, ({ path }, { isOurs, target }) => {
      if (isOurs || target.startsWith('node:')) return
      const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
      const allowed = vendors[name]
      if (allowed === undefined)
        return `imports ${name}, which scripts/structure/rules.ts does not list: say there where it belongs`
      if (isIn(path, [...allowed, ...(vendorExceptions[name] ?? [])])) return
      return `imports ${name}, which belongs to ${allowed.join(', ')}: use it through that`
    })
    expect(wrong).toEqual([])
  })
})

/** Folders down to the second level; a file that lies directly in a top-level directory counts for itself. */
const folderOf = (path: string): string =>
  path.split('/').length > 2 ? path.split('/', 2).join('/') : path

/** `a → b → a`, with where each imports the next; or "none". */
function cycleOf(nodeOf: (path: string) => string): string {
  const edges = new Map<string, Set<string>>()
  const places = new Map<string, string>()
  for (const source of programSources) {
    const from = nodeOf(source.path)
    for (const { target, isOurs, line } of source.imports) {
      if (!isOurs || nodeOf(target) === from) continue
      edges.set(from, (edges.get(from) ?? new Set()).add(nodeOf(target)))
      places.set(`${from} ${nodeOf(target)}`, `${at(source, line)} imports ${target}`)
    }
  }
  const cycle = findCycle(edges)
  if (cycle === undefined) return 'none'
  const steps = cycle.slice(1).map((to, index) => `  ${places.get(`${cycle[index]} ${to}`)}`)
  return `${cycle.join(' → ')}: turn one of these around\n${steps.join('\n')}`
}

test('every package has its reason in CONTRIBUTING.md, and no other has', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const [, table] = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split('| package | why |')
  const rows = table.split('\n\n')[0].matchAll(/^\| ([^|]+) \|/gm)
  const named = [...rows].flatMap(([, names]) => names.split(', '))
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort())
})

describe('the core', () => {
  const inCore = ({ path }: Source) => isIn(path, core.places) && !core.except.includes(path)
  const sourcesOfCore = programSources.filter(inCore)

  test('is where the rules say', () => {
    const missing = core.places.filter((place) => !sources.some(({ path }) => isIn(path, [place])))
    expect(missing, 'mend core.places in scripts/structure/rules.ts').toEqual([])
  })

  test('has no clock, no chance, no promise and no outside', () => {
    const wrong = sourcesOfCore.flatMap((source) =>
      source.lines.flatMap((line, index) => {
        const found = core.forbidden.map((word) => word.exec(withoutText(line))?.[0]).find(Boolean)
        return found === undefined ? [] : [`${at(source, index + 1)} has ${found}: pass it in`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('imports of Node only what computes', () => {
    const wrong = wrongImports(sourcesOfCore, (_, { target }) =>
      target.startsWith('node:') && !core.nodeModules.includes(target)
        ? `imports ${target}: the core may import ${core.nodeModules.join(', ')}; do this outside`
        : undefined,
    )
    expect(wrong).toEqual([])
  })
})

/** A line of code without its comments and strings. */
function withoutText(line: string): string {
  if (/^\s*(\/\/|\/?\*)/.test(line)) return ''
  return line.replace(/'[^']*'|"[^"]*"/g, "''").replace(/\/\/.*$/, '')
}

describe('files', () => {
  const scripts: string[] = Object.values(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts,
  )
  const started = scripts.flatMap((script) => script.match(/[\w./-]+\.ts\b/g) ?? [])

  test('of the npm scripts are there', () => {
    expect(started.filter((file) => !byPath.has(file))).toEqual([])
  })

  test('are used: each is reached from a program or a test', () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8').match(/[\w./-]+\.ts\b/g) ?? []
    const tests = sources.filter(({ path }) => path.endsWith('.test.ts')).map(({ path }) => path)
    const reached = new Set<string>()
    const open = [...started, ...ci, ...tests, 'cli/main.ts', 'vitest.config.ts']
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const source = byPath.get(path)
      if (source === undefined || reached.has(path)) continue
      reached.add(path)
      open.push(...namesOfFiles(source))
    }
    // Declarations of types are found by the compiler.
    const unused = sources
      .map(({ path }) => path)
      .filter((path) => !reached.has(path) && !path.endsWith('.d.ts'))
    expect(unused, 'no program and no test uses these: use or remove them').toEqual([])
  })

  /** Its imports, and files it names otherwise, such as programs it starts. */
  function namesOfFiles({ path, lines, imports }: Source): string[] {
    const named = [...lines.join('\n').matchAll(/'([\w./-]+\.ts)'/g)].map(([, name]) => name)
    const beside = named.map((name) => join(dirname(path), name))
    return [...imports.map(({ target }) => target), ...named, ...beside]
  }

  test('open with a sentence that says what they are', () => {
    // A metric says it in its summary, a test in its titles, a tool's configuration in its name.
    const wrong = programSources
      .filter((source) => !isGenerated(source) && source.path.includes('/'))
      .filter(({ lines }) => !lines.some((line) => /^export const \w+ = defineMetric\(/.test(line)))
      .filter(({ lines }) => !/^(#!|\/\/ |\/\*\*)/.test(lines[0]))
      .map((source) => `${at(source, 1)} begins with code: say first what the file is`)
    expect(wrong).toEqual([])
  })

  test('have comments that fit the screen', () => {
    const wrong = sources
      .filter((source) => !isGenerated(source))
      .flatMap((source) =>
        source.lines.flatMap((line, index) =>
          /^\s*(\/\/|\/?\*)/.test(line) && line.length > commentWidth
            ? [
                `${at(source, index + 1)} has ${line.length} characters: break it before ${commentWidth}`,
              ]
            : [],
        ),
      )
    expect(wrong).toEqual([])
  })
})
