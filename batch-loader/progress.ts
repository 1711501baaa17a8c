// Shows how loading goes: a bar on a terminal, a plain line every few seconds elsewhere.
import type { Clock } from '../kit/clock.ts'
import { grouped } from '../kit/grouped.ts'
import { type Log, logAfter } from '../kit/log.ts'
import type { LoadCounts } from './load.ts'

const PLAIN_EVERY_MS = 5000

export interface Progress {
  update(counts: LoadCounts, fraction: number): void
  /** A line for people that does not run into the bar. */
  say(line: string): void
  /** The log to use meanwhile. */
  readonly log: Log
  stop(): void
}

export async function showProgress(
  stream: NodeJS.WriteStream,
  log: Log,
  clock: Clock,
): Promise<Progress> {
  return stream.isTTY ? bar(stream, log) : plain(stream, log, clock)
}

function plain(stream: NodeJS.WriteStream, log: Log, clock: Clock): Progress {
  let saidMs = clock.nowMs()
  return {
    update: (counts, fraction) => {
      if (clock.nowMs() - saidMs < PLAIN_EVERY_MS) return
      saidMs = clock.nowMs()
      log.info(`${grouped(loaded(counts))} people loaded, ${Math.floor(fraction * 100)} %`)
    },
    say: (line) => void stream.write(`${line}\n`),
    log,
    stop: () => {},
  }
}

async function bar(stream: NodeJS.WriteStream, log: Log): Promise<Progress> {
  // Only a terminal needs it, and it takes a while to load.
  const { SingleBar } = await import('cli-progress')
  const single = new SingleBar({
    stream,
    format: '{bar} {percentage} % · {people} people · {rejected} rejected',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
  })
  const shown = { people: '0', rejected: '0' }
  single.start(1000, 0, shown)
  const clear = () => void stream.write('\r\x1b[2K')
  return {
    update: (counts, fraction) =>
      single.update(Math.floor(fraction * 1000), {
        people: grouped(loaded(counts)),
        rejected: grouped(counts.rejected),
      }),
    say: (line) => {
      clear()
      stream.write(`${line}\n`)
    },
    log: logAfter(clear, log),
    stop: () => single.stop(),
  }
}

const loaded = (counts: LoadCounts) => counts.inserted + counts.updated
