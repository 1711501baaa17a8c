// What the commands of `windrow dead-letters`, and `windrow late`, share: the store they look into, opened and closed.
import type { SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import type { Kind } from './arguments.ts'

export interface Looking {
  readonly archive: SetAsideArchive
  readonly topic: string
  readonly kind: Kind
}

/** Standard error: what is said about the result. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)

export async function withArchive(
  settings: StoreSettings,
  kind: Kind,
  use: (looking: Looking) => Promise<void>,
): Promise<void> {
  // Loaded only now: help and wrong usage answer without the stores' clients.
  const { openArchive } = await import('../../stores/open-set-aside.ts')
  const archive = await openArchive(settings, kind.table)
  try {
    say(`stores: ${kind.many} ${archive.description}`)
    await use({ archive, topic: settings.eventsTopic, kind })
  } finally {
    await archive.close()
  }
}
