// For tests: a log that keeps its lines.
import type { Log } from '../log.ts'

export function recordingLog(): { readonly log: Log; readonly said: readonly string[] } {
  const said: string[] = []
  const say = (line: unknown) => void said.push(String(line))
  return { log: { info: say, warn: say, error: say, debug: say } as Log, said }
}
