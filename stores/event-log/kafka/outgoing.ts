// What is sent to a Kafka topic, and the contract of who sends it.

/** It goes to the partition it names, else to that of its key; it has one of the two. */
export interface OutgoingRecord {
  readonly key?: string | undefined
  readonly partition?: number | undefined
  readonly value: Uint8Array | null
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Sends to one topic so that each record is in it exactly once while this lives. See decisions/sent-once.md. */
export interface OnceSender {
  /**
   * Resolves when all are in the topic. After an error the same array, unchanged, goes on where it stopped; with another
   * one, those of the first that were not begun are left out. Errors are kafkajs's. Calls do not overlap.
   */
  send<T>(items: readonly T[], recordOf: (item: T) => OutgoingRecord): Promise<void>
  close(): Promise<void>
}
