// What a terminal can show, and whether it is one.

/** Whether to write colours there: FORCE_COLOR and NO_COLOR say so, or else that it is a terminal. */
export function hasColours(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  const { FORCE_COLOR: forced = '', NO_COLOR: none = '' } = environment
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return none === '' && stream.isTTY === true
}

export const bold = (text: string): string => `\x1b[1m${text}\x1b[22m`
export const dim = (text: string): string => `\x1b[2m${text}\x1b[22m`

/** Begins the present line anew. */
export const CLEAR_LINE = '\r\x1b[2K'
