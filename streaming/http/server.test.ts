import { once } from 'node:events'
import { request as ask } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../kit/log.ts'
import { recordingLog } from '../../kit/testing/recording-log.ts'
import type { JobStatus } from '../status/status.ts'
import { type StatusServer, serveStatus } from './server.ts'
import { jobStatus } from './testing/job-status.ts'

const open: StatusServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function serve(status: () => JobStatus, log = silentLog, port = 0, host = '127.0.0.1') {
  const server = await serveStatus(status, { port, host }, log)
  open.push(server)
  return server
}

interface Answer {
  readonly code: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** `fetch` does not let a Host header be chosen. */
async function get(address: string, path: string, host?: string, method = 'GET'): Promise<Answer> {
  const headers = host === undefined ? {} : { host }
  const asked = ask(new URL(path, address), { method, headers, agent: false }).end()
  const [response] = await once(asked, 'response')
  let text = ''
  for await (const bytes of response) text += bytes
  return { code: response.statusCode, headers: response.headers, text }
}

describe('what it answers', () => {
  test('is ok and ready while the job works', async () => {
    const { address } = await serve(jobStatus)
    const health = await get(address, '/healthz')
    expect(health.code).toBe(200)
    expect(JSON.parse(health.text)).toEqual({ status: 'ok', phase: 'running', because: [] })
    const ready = await get(address, '/readyz')
    expect(ready.code).toBe(200)
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'ready', lagRecords: 10 })
  })

  test('is 503 with the reason when the job is not ready, or failed', async () => {
    let status = jobStatus({ phase: 'loading' })
    const { address } = await serve(() => status)
    expect((await get(address, '/healthz')).code).toBe(200)
    const loading = await get(address, '/readyz')
    expect(loading.code).toBe(503)
    expect(JSON.parse(loading.text).because).toEqual(['loading demographics: 10,000 rows so far'])
    status = jobStatus({ phase: 'failed', failure: 'wrong token' })
    const failed = await get(address, '/healthz')
    expect(failed.code).toBe(503)
    expect(JSON.parse(failed.text).because).toEqual(['failed: wrong token'])
  })

  test('is metrics for Prometheus', async () => {
    const { address } = await serve(jobStatus)
    const { headers, text } = await get(address, '/metrics?x=1')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('\n# TYPE windrow_records_read_total counter\n')
  })

  test('is the whole state as JSON', async () => {
    const { address } = await serve(() => jobStatus({ uptimeMs: 59_999.9876 }))
    const { headers, text } = await get(address, '/status')
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(text)).toMatchObject({
      phase: 'running',
      uptimeMs: 60_000,
      partitions: [{ partition: 0, read: 90 }, { partition: 1 }],
      health: { ok: true },
      readiness: { ok: true },
    })
  })

  test.each(['/', '/metrics/', '/../etc/passwd', '/constructor', '/__proto__'])(
    'to %s is what there is instead',
    async (path) => {
      const { address } = await serve(jobStatus)
      const { code, text } = await get(address, path)
      expect(code).toBe(404)
      expect(text).toBe('expected one of /healthz, /readyz, /metrics, /status\n')
    },
  )

  test('takes no other method, and says no more than headers to HEAD', async () => {
    const { address } = await serve(jobStatus)
    expect((await get(address, '/status', undefined, 'POST')).code).toBe(405)
    const head = await get(address, '/status', undefined, 'HEAD')
    expect(head).toMatchObject({ code: 200, text: '' })
  })

  test('gives nothing away when asking the job fails', async () => {
    const { log, said } = recordingLog()
    const { address } = await serve(() => {
      throw new Error('a bug with a secret')
    }, log)
    const { code, text } = await get(address, '/status')
    expect(code).toBe(500)
    expect(text).not.toContain('secret')
    expect(said.at(-1)).toContain('a bug')
  })
})

describe('strangers', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/status'])(
    'whose name points at this machine get nothing of %s',
    async (path) => {
      const { address } = await serve(jobStatus)
      const { code, text } = await get(address, path, 'evil.example:4100')
      expect(code).toBe(421)
      expect(text).not.toContain('evil')
    },
  )

  test('cannot read it from a page', async () => {
    const { address } = await serve(jobStatus)
    const { headers } = await get(address, '/status', 'localhost')
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  })

  test('who fill all connections do not stop it from closing', async () => {
    const server = await serve(jobStatus)
    const { port } = new URL(server.address)
    const idle = connect(Number(port), '127.0.0.1')
    await once(idle, 'connect')
    idle.write('GET /status HTTP/1.1\r\nHost: local')
    idle.on('error', () => {})
    const ended = new Promise((resolve) => idle.once('close', resolve))
    await server.close()
    await ended
  })
})

describe('where it listens', () => {
  test('is loopback', async () => {
    const { address } = await serve(jobStatus)
    expect(new URL(address).hostname).toBe('127.0.0.1')
  })

  test('is the next port when the asked one is taken, and that is said', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { log, said } = recordingLog()
    const { address } = await serve(jobStatus, log, port)
    other.close()
    expect(Number(new URL(address).port)).toBeGreaterThan(port)
    expect(said).toEqual([
      `port ${port} is taken; state and metrics are at ${address} (/healthz /readyz /metrics /status)`,
    ])
  })

  test('must be an address of this machine', async () => {
    await expect(serve(jobStatus, silentLog, 0, '192.0.2.1')).rejects.toThrow(
      'streaming.yaml, http.host: expected an address of this machine, e.g. 127.0.0.1',
    )
  })
})
