// Adds a metric to the text of a pipeline: its import, and its name in the list. Pure.

/** The new text; undefined where the text is not as expected: then people know better. */
export function withMetric(text: string, constant: string, file: string): string | undefined {
  const lists = [...text.matchAll(/\bmetrics: \[([^[\]]*)\]/g)]
  if (lists.length !== 1 || /\/[/*]|\.\.\./.test(lists[0][1])) return undefined
  const names = lists[0][1]
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (!names.every((name) => /^\w+$/.test(name)) || names.includes(constant)) return undefined
  const all = [...names, constant]
  const line = `metrics: [${all.join(', ')}]`
  const long = `metrics: [\n${all.map((name) => `    ${name},\n`).join('')}  ]`
  const listed = text.replace(lists[0][0], line.length + '  ,'.length <= 100 ? line : long)
  return withImport(listed, `import { ${constant} } from './${file}'`, `./${file}`)
}

/** In the order of the paths, as Biome has it. */
function withImport(text: string, line: string, path: string): string | undefined {
  const beside = [...text.matchAll(/^import [^\n]*(?:\{[^}]*\})? from '(\.\/[^']+)'\n/gm)]
  const after = beside.filter(([, other]) => other < path).at(-1)
  if (after !== undefined) {
    const end = after.index + after[0].length
    return `${text.slice(0, end)}${line}\n${text.slice(end)}`
  }
  const [first] = beside
  if (first === undefined) return undefined
  return `${text.slice(0, first.index)}${line}\n${text.slice(first.index)}`
}
