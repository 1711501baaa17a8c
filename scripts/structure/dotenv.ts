// Reads a .env file as a person does: which variables it names, set or commented out, and whether it explains them.

export interface DotenvVariable {
  readonly name: string
  readonly value: string
  /** False: commented out, an example. */
  readonly isSet: boolean
  /** Whether a comment stands above it, or above the lines of variables it is one of. */
  readonly isExplained: boolean
  readonly line: number
}

/** In the file's order. */
export function dotenvOf(text: string): readonly DotenvVariable[] {
  const variables: DotenvVariable[] = []
  let isExplained = false
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    if (match !== null) {
      const [, mark, name, value] = match
      variables.push({ name, value, isSet: mark === '', isExplained, line: index + 1 })
    } else isExplained = line.startsWith('# ')
  }
  return variables
}
