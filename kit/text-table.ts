// Tables and texts for the terminal: aligned, and with nothing in them that would move the cursor.

/** Lines of aligned columns under a header, each with its newline. Columns that `isNumber` stand at the right. */
export function* textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  isNumber: (column: number) => boolean = () => false,
): Generator<string> {
  const widths = header.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[column])), widthOf(name)),
  )
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const space = ' '.repeat(widths[column] - widthOf(cell))
      return isNumber(column) ? space + cell : cell + space
    })
    return `${padded.join('  ').trimEnd()}\n`
  }
  yield line(header)
  yield line(widths.map((width) => '─'.repeat(width)))
  for (const row of rows) yield line(row)
}

/**
 * Control characters would move the cursor or break the line, and marks of writing direction would turn it round: they
 * are shown as escapes.
 */
export const visible = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) =>
      character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** At most `width` characters; "…" at the end says that there is more. */
export const cutTo = (text: string, width: number): string => {
  const characters = Array.from(text)
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}

const widthOf = (text: string) => Array.from(text).length
