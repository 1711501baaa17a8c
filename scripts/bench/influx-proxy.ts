// Stands between the job and InfluxDB, passes everything on, and notes when the points of each window were acknowledged.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { OPEN_SUFFIX } from '../../data/definitions/metric.ts'

export interface InfluxProxy {
  readonly url: string
  /** When the last points of a window were acknowledged, epoch milliseconds, by metric and the window's start. */
  readonly acknowledgedMs: ReadonlyMap<string, ReadonlyMap<number, number>>
  close(): Promise<void>
}

/** Of points of InfluxDB 1 and 2, written with milliseconds. `target`: its address. */
export async function influxProxy(target: string): Promise<InfluxProxy> {
  const acknowledgedMs = new Map<string, Map<number, number>>()
  const note = (lines: string) => {
    const nowMs = performance.timeOrigin + performance.now()
    for (const line of lines.split('\n')) {
      const found = /^([^,\\]+),.* (\d+)$/.exec(line)
      if (found === null || found[1].endsWith(OPEN_SUFFIX)) continue
      const times = acknowledgedMs.get(found[1]) ?? new Map()
      acknowledgedMs.set(found[1], times.set(Number(found[2]), nowMs))
    }
  }
  const server = createServer((asked, answer) => void passOn(target, asked, answer, note))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    acknowledgedMs,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function passOn(
  target: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  note: (lines: string) => void,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = asked
  const body = await buffer(asked)
  const onward = request(new URL(url, target), { method, headers }, (answered) => {
    const status = answered.statusCode ?? 502
    answer.writeHead(status, answered.headers)
    answered.pipe(answer)
    // Told on: from here it is the job's. Reading the lines must not hold the answer up.
    if (method !== 'POST' || !url.includes('/write') || status >= 300) return
    const zipped = headers['content-encoding'] === 'gzip'
    note((zipped ? gunzipSync(body) : body).toString())
  })
  onward.on('error', (error) => {
    answer.writeHead(502).end(error.message)
  })
  onward.end(body)
}
