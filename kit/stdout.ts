// Standard output of programs whose result is text.
import { once } from 'node:events'
import { EXIT } from './exit-codes.ts'

/**
 * Writes the pieces in larger chunks, as fast as the reader takes them. A reader that has seen enough, as in
 * `npm run … | head`, ends the program: that is no failure.
 */
export async function print(pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  process.stdout.off('error', onError).on('error', onError)
  let chunk = ''
  for await (const piece of pieces) {
    chunk += piece
    if (chunk.length < 65_536) continue
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    chunk = ''
  }
  if (chunk !== '') process.stdout.write(chunk)
}

/** One JSON document, for machines and people. */
export const printJson = (value: unknown): Promise<void> =>
  print([`${JSON.stringify(value, null, 2)}\n`])

function onError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
}
