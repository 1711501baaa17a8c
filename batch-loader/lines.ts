// The line a CSV row begins on. csv-parse tells the line a row ends on, and counts a CRLF within quotes as two.

/** `firstLineOf` is asked once for each row, in order. */
export function createLineFinder(): {
  firstLineOf(record: readonly string[], endLine: number): number
} {
  let previousEnd = 0
  let countedTwice = 0
  return {
    firstLineOf: (record, endLine) => {
      // Nearly every row is one line: then there is nothing to look for.
      const isOneLine = endLine === previousEnd + 1
      previousEnd = endLine
      if (isOneLine) return endLine - countedTwice
      const breaks = countIn(record, /[\r\n]/g)
      const first = endLine - breaks - countedTwice
      if (breaks > 0) countedTwice += countIn(record, /\r\n/g)
      return first
    },
  }
}

const countIn = (record: readonly string[], pattern: RegExp) =>
  record.reduce((sum, value) => sum + (value.match(pattern)?.length ?? 0), 0)
