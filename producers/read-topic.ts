// For tests: everything that is in a topic, read through the port.
import type { EventLog } from '../stores/event-log/event-log.ts'

const WAIT_MS = 10_000

/** The values of each partition, in order; null is a record without value. */
export async function readTopic(
  log: EventLog,
  topic: string,
): Promise<Map<number, (Uint8Array | null)[]>> {
  const reader = await log.reader({ topic, group: `read-${topic}` })
  try {
    const ends = await reader.ends()
    const values = new Map([...ends.keys()].map((partition) => [partition, [] as Value[]]))
    while (true) {
      const positions = reader.positions()
      const wanted = [...ends].flatMap(([partition, end]) =>
        (positions.get(partition) ?? 0) < end ? [partition] : [],
      )
      if (wanted.length === 0) return values
      const batch = await reader.read(wanted, WAIT_MS)
      if (batch === undefined) throw new Error(`${topic}: expected more records, none came`)
      const into = values.get(batch.partition)!
      for (let i = 0; i < batch.count; i++)
        into.push(batch.starts[i] === -1 ? null : batch.bytes.slice(batch.starts[i], batch.ends[i]))
    }
  } finally {
    await reader.close()
  }
}

type Value = Uint8Array | null
