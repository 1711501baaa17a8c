// Tables and text of the reference, as Markdown.

/** A table; cells may hold any text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** A page: its title, then paragraphs and tables. */
export const page = (title: string, ...parts: readonly string[]): string =>
  `# ${title}\n\n${parts.join('\n\n')}\n`
