// Writes lines with the official client, its own buffering and retries off: a call resolves when every line is durable,
// or throws. Chunks go one after the other; waiting and trying again is the caller's.
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, RequestTimedOutError } from '@influxdata/influxdb-client'
import { failureError, unreachableError } from './influx-errors.ts'
import { messageOf } from './influx-http.ts'
import {
  DEFAULT_TIMEOUT_MS,
  databaseOf,
  type InfluxAddress,
  type InfluxServer,
} from './influx-kind.ts'

/** What InfluxData recommends for a request. */
const MAX_CHUNK_LINES = 5000
const MAX_CHUNK_BYTES = 4 * 1024 * 1024
/** Less is sent within a few milliseconds as it is, and zipping it takes as long. */
const GZIP_FROM_BYTES = 64 * 1024

/** Every InfluxDB refuses it as no line protocol, and keeps nothing of it. */
const NO_LINE = 'windrow_check'

export interface InfluxWriter {
  /** Resolves when every line is durable. Throws UnavailableError or RefusedError. */
  write(doing: string, lines: readonly string[]): Promise<void>
  /** Throws where `write` would for want of rights: the server looks at those before it looks at what is written. */
  tryWrite(): Promise<void>
  close(): void
}

export function influxWriter(settings: InfluxAddress, server: InfluxServer): InfluxWriter {
  const secure = settings.url.startsWith('https:')
  const trusted = settings.ca === undefined ? {} : { ca: settings.ca }
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, ...trusted })
    : new HttpAgent({ keepAlive: true })
  const client = new InfluxDB({
    url: settings.url,
    timeout: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    transportOptions: { agent },
    ...(settings.token === '' ? {} : { token: settings.token }),
  })
  const { database, policy } = databaseOf(settings.bucket)
  const [org, bucket] =
    server.generation === 1
      ? ['-', `${database}/${policy ?? 'autogen'}`]
      : [settings.org, settings.bucket]
  const api = client.getWriteApi(org, bucket, 'ms', {
    // A batch that fills up is sent by the client on its own and its error is swallowed: never let one fill up.
    batchSize: MAX_CHUNK_LINES + 1,
    maxBatchBytes: Number.POSITIVE_INFINITY,
    flushInterval: 0,
    gzipThreshold: GZIP_FROM_BYTES,
    maxRetries: 0,
    // A promise from here is the answer to flush(): no retry buffer, and no line on the console.
    writeFailed: (error) => Promise.reject(error),
    ...(server.generation === 3 && settings.token !== ''
      ? { headers: { authorization: `Bearer ${settings.token}` } }
      : {}),
  })
  // The compatible endpoint of 3 answers "201 Created" when it dropped lines; this one refuses all or takes all.
  if (server.generation === 3)
    api.path =
      `/api/v3/write_lp?db=${encodeURIComponent(settings.bucket)}` +
      '&precision=nanosecond&accept_partial=false&no_sync=false'
  return {
    write: async (doing, lines) => {
      for (const chunk of chunksOf(lines)) {
        try {
          api.writeRecords(chunk)
          await api.flush()
        } catch (error) {
          // The client gives up on a slow request but leaves it open.
          if (error instanceof RequestTimedOutError) agent.destroy()
          throw storeError(settings, doing, error)
        }
      }
    },
    tryWrite: async () => {
      try {
        api.writeRecord(NO_LINE)
        await api.flush()
      } catch (error) {
        if (error instanceof HttpError && error.statusCode === 400) return
        throw storeError(settings, 'write points', error)
      }
    },
    close: () => {
      api.dispose()
      agent.destroy()
    },
  }
}

/** Consecutive lines of at most so many lines and bytes; a longer line is a chunk of its own. */
export function* chunksOf(
  lines: readonly string[],
  maxLines = MAX_CHUNK_LINES,
  maxBytes = MAX_CHUNK_BYTES,
): Generator<string[]> {
  let chunk: string[] = []
  let bytes = 0
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1
    if (chunk.length > 0 && (chunk.length === maxLines || bytes + size > maxBytes)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(line)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

function storeError(settings: InfluxAddress, doing: string, error: unknown): Error {
  if (!(error instanceof HttpError)) return unreachableError(settings, doing, error)
  const header = error.headers?.['retry-after']
  return failureError(settings, doing, {
    status: error.statusCode,
    message: messageOf(error.body ?? error.message),
    retryAfter: Array.isArray(header) ? header[0] : header,
  })
}
