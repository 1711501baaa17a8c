// The job's own HTTP server: /healthz, /readyz, /metrics and /status. It only looks: asking never holds the job up, and an
// asker who is slow, or does not go, holds up nobody.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isOurHost, urlHost, WRONG_HOST } from '../../kit/hosts.ts'
import { listenOnFreePort } from '../../kit/listen.ts'
import type { Log } from '../../kit/log.ts'
import type { HttpOptions } from '../config.ts'
import type { JobStatus } from '../status/status.ts'
import { healthOf, lagOfJob, readinessOf } from './health.ts'
import { type MetricsText, metricsText } from './metrics-text.ts'

export interface StatusServer {
  /** For a browser: "http://127.0.0.1:4100". */
  readonly address: string
  /** Ends open connections and stops listening. */
  close(): Promise<void>
}

/** Times to send the request's headers, and all of it; connections at once. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
}
const CONNECTIONS_MAX = 64

const NAMES = { port: 'streaming.yaml, http.port', host: 'streaming.yaml, http.host' }

/**
 * Starts it and says where. `status` is called once per request. Throws ConfigError when no port is free, or the host is no
 * address of this machine. Does not keep the process alive.
 */
export async function serveStatus(
  status: () => JobStatus,
  options: HttpOptions,
  log: Log,
): Promise<StatusServer> {
  const { host } = options
  const answer = answers(status, host, log)
  const server = await listenOnFreePort(options.port, (port) => listen(answer, port, host), NAMES)
  const { port } = server.address() as AddressInfo
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : urlHost(host)
  const address = `http://${shown}:${port}`
  const taken = options.port === 0 || options.port === port ? '' : `port ${options.port} is taken; `
  log.info(`${taken}state and metrics are at ${address} (/healthz /readyz /metrics /status)`)
  return {
    address,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

function listen(answer: Answer, port: number, host: string): Promise<Server> {
  const server = createServer(LIMITS, answer)
  server.maxConnections = CONNECTIONS_MAX
  server.maxRequestsPerSocket = 1_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve(server.unref())
    })
  })
}

interface Body {
  readonly code: number
  readonly type: string
  readonly text: string
}

const wholeMs = (key: string, value: unknown): unknown =>
  typeof value === 'number' && key.endsWith('Ms') ? Math.round(value) : value
const json = (code: number, value: unknown): Body => ({
  code,
  type: 'application/json; charset=utf-8',
  text: `${JSON.stringify(value, wholeMs, 2)}\n`,
})
const sentence = (code: number, text: string): Body => ({
  code,
  type: 'text/plain; charset=utf-8',
  text: `${text}\n`,
})

/** What is where; each gets the job's status of this moment. */
const PAGES: Readonly<
  Record<string, (status: JobStatus, metrics: MetricsText) => Body | Promise<Body>>
> = {
  '/healthz': (status) => {
    const { ok, because } = healthOf(status)
    return json(ok ? 200 : 503, { status: ok ? 'ok' : 'failed', phase: status.phase, because })
  },
  '/readyz': (status) => {
    const { ok, because } = readinessOf(status)
    const { phase } = status
    const lagRecords = lagOfJob(status)
    return json(ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', phase, lagRecords, because })
  },
  '/metrics': async (status, metrics) => ({
    code: 200,
    type: metrics.contentType,
    text: await metrics.of(status),
  }),
  '/status': (status) =>
    json(200, { ...status, health: healthOf(status), readiness: readinessOf(status) }),
}

function answers(status: () => JobStatus, host: string, log: Log): Answer {
  const metrics = metricsText()
  const bodyFor = async ({ method, url, headers }: IncomingMessage): Promise<Body> => {
    if (!isOurHost(headers.host, host)) return sentence(421, WRONG_HOST)
    if (method !== 'GET' && method !== 'HEAD') return sentence(405, 'expected GET')
    const path = (url ?? '').split('?', 1)[0]
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined
    if (page === undefined) return sentence(404, `expected one of ${Object.keys(PAGES).join(', ')}`)
    return page(status(), metrics)
  }
  return (request, response) => {
    bodyFor(request)
      .catch((error: unknown) => {
        log.error(error, `${request.url} could not be answered`)
        return sentence(500, 'this failed; the log of the job says why')
      })
      .then(({ code, type, text }) => {
        const headers = {
          ...HEADERS,
          'content-type': type,
          'content-length': Buffer.byteLength(text),
        }
        response.writeHead(code, headers).end(request.method === 'HEAD' ? '' : text)
      })
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}
