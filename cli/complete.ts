// `windrow complete -- <words>`: what shells call for TAB. A line for each candidate, what it is about behind a TAB.

import { candidates, FILES } from './candidates.ts'
import { COMMANDS } from './catalog.ts'
import { rootWith } from './root.ts'

export async function complete(words: readonly string[]): Promise<void> {
  const name = COMMANDS.find((one) => one.name === words[0] && words.length > 1)?.name
  const found = candidates(await rootWith(name), words)
  const lines =
    found === FILES ? [`:${FILES}`] : found.map(({ word, about }) => `${word}\t${briefly(about)}`)
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** One line of it. */
const briefly = (about: string): string => about.split('\n')[0]
