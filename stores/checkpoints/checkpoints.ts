// PORT: where a job keeps its place: one checkpoint, replaced as a whole.

export interface CheckpointStore {
  readonly description: string
  /** The last saved bytes, or undefined when there are none. Throws RefusedError when they are damaged. */
  load(): Promise<Uint8Array | undefined>
  /** Replaces the checkpoint, atomically and durably: after a crash there is the old one or the new one. */
  save(bytes: Uint8Array): Promise<void>
}
