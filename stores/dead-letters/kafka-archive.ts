// Looks after records set aside in a Kafka topic. The topic only grows: that a record was replayed is another message of
// its key, with nothing but the header `replayed_ms`. What is held in memory is the keys and where their records lie.
import { systemClock } from '../../kit/clock.ts'
import type { OnceSender } from '../event-log/kafka/outgoing.ts'
import { openSender } from '../event-log/kafka/writer.ts'
import { askKafka, type KafkaSettings } from '../kafka.ts'
import {
  type KeptRecord,
  keyOf,
  type ReasonCount,
  type Selection,
  type SetAsideArchive,
} from './dead-letters.ts'
import { type ScannedMessage, type Stretch, TopicScan } from './kafka-scan.ts'

/** Where the last copy of a record lies in the topic, and what is asked of it without reading it. */
interface Entry {
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly replayedMs: number | undefined
}

export function kafkaArchive(settings: KafkaSettings, topic: string): SetAsideArchive {
  const scan = new TopicScan(settings, topic)
  const index = new Index(scan)
  let marks: OnceSender | undefined

  async function* read(chosen: ReadonlyMap<string, Entry>): AsyncGenerator<KeptRecord> {
    for await (const found of scan.read(stretchesOf(chosen))) {
      const entry = chosen.get(String(found.message.key))
      if (entry?.offset !== found.offset || entry.partition !== found.partition) continue
      yield keptRecord(found, entry)
    }
  }

  return {
    description: `Kafka ${settings.brokers.join(',')}, topic ${topic}`,
    counts: async (of) => countsOf((await index.upToDate()).entries, of),
    read: async function* (selection) {
      yield* read(chosenFrom((await index.upToDate()).entries, selection))
    },
    find: async (place) => {
      const key = keyOf(place)
      const entry = (await index.upToDate()).entries.get(key)
      if (entry === undefined) return undefined
      for await (const record of read(new Map([[key, entry]]))) return record
      return undefined
    },
    markReplayed: async (places) => {
      marks ??= await openSender(settings, topic)
      const sender = marks
      const headers = { replayed_ms: String(systemClock.nowMs()) }
      await askKafka(settings, `appending to ${topic}`, () =>
        sender.send(places, (place) => ({ key: keyOf(place), value: null, headers })),
      )
    },
    close: async () => {
      await marks?.close()
      await scan.close()
    },
  }
}

/** The keys of the topic, in the order they came. */
class Index {
  readonly entries = new Map<string, Entry>()
  readonly #scan: TopicScan
  /** Next offset that is not in the index yet. */
  readonly #next = new Map<number, number>()

  constructor(scan: TopicScan) {
    this.#scan = scan
  }

  /** Reads what has come since the last time. */
  async upToDate(): Promise<this> {
    const all = await this.#scan.all()
    const fresh = all.map(({ partition, from, end }) => ({
      partition,
      from: Math.max(from, this.#next.get(partition) ?? 0),
      end,
    }))
    for await (const found of this.#scan.read(fresh)) {
      this.#add(found)
      this.#next.set(found.partition, found.offset + 1)
    }
    for (const { partition, end } of fresh) this.#next.set(partition, end)
    return this
  }

  #add({ partition, offset, message }: ScannedMessage): void {
    const { reason, replayed_ms } = message.headers ?? {}
    const key = String(message.key)
    const known = this.entries.get(key)
    if (replayed_ms !== undefined && known !== undefined)
      this.entries.set(key, { ...known, replayedMs: Number(replayed_ms) })
    // Messages without a reason are not ours.
    if (reason === undefined) return
    const { replayedMs } = known ?? {}
    this.entries.set(key, { partition, offset, reason: String(reason), replayedMs })
  }
}

const isOf = (key: string, topic: string): boolean => key.startsWith(`${topic}/`)

function countsOf(entries: ReadonlyMap<string, Entry>, topic: string): ReasonCount[] {
  const counts = new Map<string, ReasonCount>()
  for (const [key, { reason, replayedMs }] of entries) {
    if (!isOf(key, topic)) continue
    const { count, replayed } = counts.get(reason) ?? { count: 0, replayed: 0 }
    const isReplayed = replayedMs !== undefined
    counts.set(reason, { reason, count: count + 1, replayed: replayed + (isReplayed ? 1 : 0) })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}

function chosenFrom(
  entries: ReadonlyMap<string, Entry>,
  { topic, reason, isReplayed, last }: Selection,
): ReadonlyMap<string, Entry> {
  const chosen = [...entries].filter(
    ([key, entry]) =>
      isOf(key, topic) &&
      (reason === undefined || entry.reason === reason) &&
      (isReplayed === undefined || (entry.replayedMs !== undefined) === isReplayed),
  )
  return new Map(last === undefined ? chosen : chosen.slice(Math.max(0, chosen.length - last)))
}

/** From the first to the last of the chosen ones in each partition. */
function stretchesOf(chosen: ReadonlyMap<string, Entry>): Stretch[] {
  const stretches = new Map<number, Stretch>()
  for (const { partition, offset } of chosen.values()) {
    const { from, end } = stretches.get(partition) ?? { from: offset, end: 0 }
    const stretch = { partition, from: Math.min(from, offset), end: Math.max(end, offset + 1) }
    stretches.set(partition, stretch)
  }
  return [...stretches.values()]
}

function keptRecord({ message }: ScannedMessage, { replayedMs }: Entry): KeptRecord {
  const headers = message.headers ?? {}
  const text = (name: string) => String(headers[name] ?? '')
  return {
    reason: text('reason'),
    field: text('field'),
    detail: text('detail'),
    topic: text('topic'),
    partition: Number(text('partition')),
    offset: Number(text('offset')),
    value: message.value,
    setAsideMs: Number(message.timestamp),
    isCut: headers.is_cut !== undefined,
    ...(headers.late_by_ms === undefined ? {} : { lateByMs: Number(text('late_by_ms')) }),
    ...(replayedMs === undefined ? {} : { replayedMs }),
  }
}
