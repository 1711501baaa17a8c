// A checkpoint in memory, for tests.
import type { CheckpointStore } from './checkpoints.ts'

export function memoryCheckpoints(): CheckpointStore {
  let saved: Uint8Array | undefined
  return {
    description: 'memory',
    load: async () => saved,
    save: async (bytes) => {
      saved = Uint8Array.from(bytes)
    },
  }
}
