// The answer to a fetch, version 11 of the request (Kafka 2.3 and later): taken apart into what kafkajs makes of it, but
// for the records. The format: https://kafka.apache.org/protocol#The_Messages_Fetch.

export const FETCH_VERSION = 11

/** As in kafkajs; 64-bit numbers are decimal text there. */
export interface FetchedPartition<Messages> {
  readonly partition: number
  readonly errorCode: number
  readonly highWatermark: string
  readonly lastStableOffset: string
  readonly lastStartOffset: string
  readonly abortedTransactions: readonly {
    readonly producerId: string
    readonly firstOffset: string
  }[]
  readonly preferredReadReplica: number
  readonly messages: Messages
}

export interface FetchResponse<Messages> {
  readonly throttleTime: number
  readonly clientSideThrottleTime: number
  readonly errorCode: number
  readonly sessionId: number
  readonly responses: readonly {
    readonly topicName: string
    readonly partitions: readonly FetchedPartition<Messages>[]
  }[]
}

/** The bytes of the records are views of `payload`. Throws a RangeError where it is cut. */
export function decodeFetchResponse(payload: Buffer): FetchResponse<Buffer> {
  const from = new Cursor(payload)
  const clientSideThrottleTime = from.int32()
  const errorCode = from.int16()
  const sessionId = from.int32()
  const responses = from.array(() => ({
    topicName: from.bytes(from.int16()).toString(),
    partitions: from.array(() => partitionFrom(from)),
  }))
  // kafkajs throttles itself: it leaves the other one at 0.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses }
}

const partitionFrom = (from: Cursor): FetchedPartition<Buffer> => ({
  partition: from.int32(),
  errorCode: from.int16(),
  highWatermark: from.int64(),
  lastStableOffset: from.int64(),
  lastStartOffset: from.int64(),
  abortedTransactions: from.array(() => ({ producerId: from.int64(), firstOffset: from.int64() })),
  preferredReadReplica: from.int32(),
  messages: from.bytes(from.int32()),
})

class Cursor {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  int16(): number {
    this.#at += 2
    return this.#buffer.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#buffer.readInt32BE(this.#at - 4)
  }

  int64(): string {
    this.#at += 8
    return String(this.#buffer.readBigInt64BE(this.#at - 8))
  }

  /** Fewer where there are no more; none for a negative length, which stands for null. */
  bytes(length: number): Buffer {
    const start = this.#at
    this.#at += Math.max(0, length)
    return this.#buffer.subarray(start, this.#at)
  }

  array<T>(element: () => T): T[] {
    const count = this.int32()
    const elements: T[] = []
    for (let i = 0; i < count; i++) elements.push(element())
    return elements
  }
}
