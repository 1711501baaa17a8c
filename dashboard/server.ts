// The dashboard's web server: the page, its data as JSON, and live updates. Reads the points store, writes nothing.
import { setMaxListeners } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { type Clock, systemClock } from '../kit/clock.ts'
import { UnavailableError } from '../kit/errors.ts'
import { isOurHost, urlHost, WRONG_HOST } from '../kit/hosts.ts'
import { listenOnFreePort } from '../kit/listen.ts'
import type { Log } from '../kit/log.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import { DEFAULT_HOST, DEFAULT_PORT } from './address.ts'
import { type EngineOptions, serveEngine } from './engine/routes.ts'
import { streamEvents } from './events-stream.ts'
import { createHub } from './hub.ts'
import { describePipeline } from './panels.ts'
import { type Checked, checkValuesQuery, checkViewQuery } from './query.ts'

export interface DashboardOptions {
  readonly pipeline: Pipeline
  /** Stays the caller's: it is not closed here. Prepared when first read. */
  readonly points: PointsStore
  /** The first port tried, then the next ones. Default 4000; 0: any free one. */
  readonly port?: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  readonly log: Log
  readonly clock?: Clock
  /** For the engine page; absent: it has nothing to show. */
  readonly engine?: EngineOptions
}

export interface Dashboard {
  /** Address for a browser: "http://127.0.0.1:4000". */
  readonly url: string
  /** Ends open pages' connections and stops listening. */
  close(): Promise<void>
}

/** Starts the dashboard. Throws ConfigError when no port is free; an unreachable store is no reason not to start. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const host = options.host ?? DEFAULT_HOST
  return listenOnFreePort(options.port ?? DEFAULT_PORT, async (port) => {
    const server = buildServer(options)
    try {
      await server.listen({ port, host })
    } catch (error) {
      await server.close()
      throw error
    }
    return { url: urlOf(server, host), close: () => server.close() }
  })
}

/** The server without a port, for tests. */
export function buildServer(options: DashboardOptions): FastifyInstance {
  const { pipeline, points, log, clock = systemClock } = options
  const hub = createHub({ pipeline, points, clock, log })
  const stop = new AbortController()
  // One listener per open page; more than ten is no leak.
  setMaxListeners(0, stop.signal)
  const server = fastify(LIMITS)
  server.server.maxConnections = CONNECTIONS_MAX
  const info = describePipeline(pipeline, points.description)

  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    if (!isOurHost(request.headers.host, options.host ?? DEFAULT_HOST))
      return reply.code(421).send({ error: WRONG_HOST })
  })
  server.addHook('preClose', async () => {
    stop.abort()
    await hub.close()
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const status = error instanceof UnavailableError ? 503 : (error.statusCode ?? 500)
    if (status === 500) log.error(error, 'a request failed')
    const message = status === 500 ? 'the server failed; its log says why' : error.message
    return reply.code(status).send({ error: message })
  })
  servePage(server)
  server.get('/healthz', async () => ({ status: 'ok', store: hub.health().state() }))
  server.get('/api/pipeline', async (_, reply) =>
    reply.header('cache-control', 'no-store').send(info),
  )
  server.get('/api/view', async (request, reply) => {
    const query = queryOf(checkViewQuery(request.query, pipeline), reply)
    if (query === undefined) return reply
    return reply.header('cache-control', 'no-store').send(await hub.view(query))
  })
  server.get('/api/values', async (request, reply) => {
    const query = queryOf(checkValuesQuery(request.query, pipeline), reply)
    if (query === undefined) return reply
    return reply.header('cache-control', 'no-store').send(await hub.values(query))
  })
  server.get('/api/live', (request, reply) => {
    const query = queryOf(checkViewQuery(request.query, pipeline), reply)
    if (query === undefined) return
    streamEvents(reply, clock, stop.signal, (send) => {
      // First of all: a page of before a restart may know other panels.
      send('pipeline', JSON.stringify({ version: info.version }))
      return hub.listen(query, {
        onChange: send,
        onStore: (state) => send('store', JSON.stringify(state)),
      })
    })
  })
  if (options.engine !== undefined)
    serveEngine(server, options.engine, { clock, log, signal: stop.signal })
  return server
}

function queryOf<T>(checked: Checked<T>, reply: FastifyReply): T | undefined {
  if ('query' in checked) return checked.query
  const error = checked.problems.map(({ parameter, what }) => `${parameter}: ${what}`).join('; ')
  void reply.code(400).send({ error, problems: checked.problems })
  return undefined
}

function servePage(server: FastifyInstance): void {
  const uplotDir = join(
    dirname(createRequire(import.meta.url).resolve('uplot/package.json')),
    'dist',
  )
  server.register(fastifyStatic, {
    root: join(import.meta.dirname, 'public'),
    cacheControl: false,
    allowedPath: (path) => /\.(html|css|js|svg)$|\/$/.test(path),
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  })
  for (const [path, file] of [
    ['/vendor/uplot.js', 'uPlot.esm.js'],
    ['/vendor/uplot.css', 'uPlot.min.css'],
  ]) {
    server.get(path, (_, reply) => reply.sendFile(file, uplotDir))
  }
}

/** A stranger who sends slowly, or nothing, does not keep others out for long. */
const LIMITS = {
  forceCloseConnections: true,
  // Ours wait for nothing; beside a job that begins they may have to wait for their turn.
  pluginTimeout: 0,
  requestTimeout: 10_000,
  bodyLimit: 1024,
  http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
} as const
/** Open pages, each with one connection for its events. */
const CONNECTIONS_MAX = 256

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** What to open: a server that listens everywhere is reached at the loopback address too. */
function urlOf(server: FastifyInstance, host: string): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const shown = everywhere ? '127.0.0.1' : urlHost(host)
  const { port } = server.server.address() as AddressInfo
  return `http://${shown}:${port}`
}
