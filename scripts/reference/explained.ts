// Files of settings that explain themselves: each setting with the comment above it. .env and YAML as we write them.

export interface Explained {
  /** Inside another: `http.port`. */
  readonly name: string
  readonly value: string
  /** False: commented out, an example. */
  readonly isSet: boolean
  readonly comment: string
}

/** Settings in the order of the file; those that follow one another without a comment share that of the first. */
export function explainedIn(text: string): Explained[] {
  const found: Explained[] = []
  let comment: string[] = []
  let isOpen = false
  let parent = ''
  for (const line of text.split('\n')) {
    const setting = /^(#?)( *)(\w+)[:=] ?(.*)$/.exec(line)
    if (setting !== null && !line.startsWith('# ')) {
      const [, mark, indent, name, value] = setting
      if (indent === '') parent = value === '' ? name : ''
      const path = indent === '' ? name : `${parent}.${name}`
      found.push({ name: path, value, isSet: mark === '', comment: sentenceOf(comment) })
      isOpen = false
    } else if (line.startsWith('#')) {
      if (!isOpen) comment = []
      isOpen = true
      comment.push(line.replace(/^# ?/, ''))
    } else {
      comment = []
      isOpen = false
    }
  }
  return found
}

const sentenceOf = (lines: readonly string[]): string =>
  lines
    .filter((line) => !line.startsWith('---'))
    .map((line) => line.trim())
    .join(' ')
