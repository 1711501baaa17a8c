// Tag values for stores that cannot hold every character: what they cannot hold is written as a character that looks
// like it, and read back as what it was. Reversible for every text.

/** What stores refuse or lose, and what stands for it: a newline is kept as `␊`. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  '\0': '␀',
  '\n': '␊',
  '\r': '␍',
  '\\': '＼',
}
/** Before a character that would otherwise be taken for a stand-in. */
const ESCAPE = '␛'
const STAND_INS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(STANDS_FOR).map(([plain, shown]) => [shown, plain]),
)

/** Between these no character but the backslash is a trouble: before are control characters, after the stand-ins. */
const FIRST_HARMLESS = 0x20
const LAST_HARMLESS = 0x23ff
const BACKSLASH = 0x5c

/** Finds what SQLite's C strings and UTF-8 lose, and what must be escaped for that. */
export const TROUBLE_IN_SQLITE = /[\0␀␊␍＼␛\p{Surrogate}]/gu
/**
 * Finds what line protocol cannot hold, and what must be escaped for that. A backslash is only a trouble before a
 * character that is escaped with one, and at the end, so that `C:\temp` stays as it is.
 */
export const TROUBLE_IN_LINE_PROTOCOL = /[\0\n\r␀␊␍＼␛\p{Surrogate}]|\\(?=[,= \\]|$)/gu

/** The value as it is kept. Values without trouble, nearly all, are kept as they are. */
export function encodeTag(value: string, trouble: RegExp): string {
  if (isHarmless(value)) return value
  return value.replace(trouble, (found) => STANDS_FOR[found] ?? `${ESCAPE}${codeOf(found)}`)
}

/** No character of it is a trouble anywhere: found out much sooner than by a regular expression. */
function isHarmless(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < FIRST_HARMLESS || unit > LAST_HARMLESS || unit === BACKSLASH) return false
  }
  return true
}

/** The value that was encoded. */
export function decodeTag(kept: string): string {
  return kept.replace(
    /␛(?:u(d[89a-f][0-9a-f]{2})|(.))|[␀␊␍＼]/gu,
    (found, half?: string, escaped?: string) =>
      half === undefined
        ? (escaped ?? STAND_INS[found] ?? found)
        : String.fromCharCode(Number.parseInt(half, 16)),
  )
}

/** Half of a character, which JSON can hold and UTF-8 cannot, as `ud83d`; any other as it is. */
const codeOf = (found: string) =>
  /\p{Surrogate}/u.test(found) ? `u${found.charCodeAt(0).toString(16)}` : found
