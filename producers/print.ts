// Writes records to standard output, a line each, instead of sending them.
import type { Writable } from 'node:stream'
import type { EventLogWriter } from '../stores/event-log/event-log.ts'

const LINE_END = Buffer.from('\n')

/** A writer to a stream. When the reader goes away (`| head`), `onClosed` is called and what follows is dropped. */
export function printingWriter(output: Writable, onClosed: () => void): EventLogWriter {
  let isClosed = false
  output.on('error', () => {
    isClosed = true
    onClosed()
  })
  return {
    append: async (records) => {
      if (isClosed) return
      const lines = records.flatMap(({ value }) =>
        value === null ? [LINE_END] : [value, LINE_END],
      )
      await new Promise<void>((resolve) => output.write(Buffer.concat(lines), () => resolve()))
    },
    close: async () => {},
  }
}
