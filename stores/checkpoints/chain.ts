// Which saved parts make the newest checkpoint: an intact whole one, and the changes after it up to the first that is
// missing or damaged.

import { RefusedError } from '../../kit/errors.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { Loaded } from './checkpoint-store.ts'
import type { CheckpointPlace } from './place.ts'

export interface Chain extends Loaded {
  /** Number of the whole checkpoint that it begins with. */
  readonly first: number
}

/**
 * Undefined: there is no checkpoint. 'gone': a part was replaced by newer ones while it was looked for. Throws RefusedError
 * when every whole checkpoint is damaged.
 */
export async function loadChain(place: CheckpointPlace): Promise<Chain | undefined | 'gone'> {
  const saved = await place.list()
  const wholes = saved.filter(({ isWhole }) => isWhole).sort((a, b) => b.number - a.number)
  const changes = new Set(saved.filter(({ isWhole }) => !isWhole).map(({ number }) => number))
  const damaged: string[] = []
  for (const { number } of wholes) {
    const found = await place.read({ number, isWhole: true })
    if (found === 'gone') return 'gone'
    if ('bytes' in found) return await withChanges(place, number, found.bytes, changes, damaged)
    damaged.push(found.damage)
  }
  if (damaged.length === 0) return undefined
  throw new RefusedError(
    `All checkpoints in ${place.description} are damaged:\n${damaged.map((one) => `  • ${one}\n`).join('')}` +
      `  Start a new job from the beginning of the log: ${WINDROW} stream --from earliest`,
  )
}

/** `damaged`: what was passed over before. */
async function withChanges(
  place: CheckpointPlace,
  first: number,
  whole: Uint8Array,
  changes: ReadonlySet<number>,
  damaged: readonly string[],
): Promise<Chain | 'gone'> {
  const parts = [whole]
  let number = first
  while (changes.has(number + 1)) {
    const found = await place.read({ number: number + 1, isWhole: false })
    if (found === 'gone') return 'gone'
    if ('damage' in found) return { first, number, parts, damaged: [...damaged, found.damage] }
    parts.push(found.bytes)
    number++
  }
  return { first, number, parts, damaged }
}
