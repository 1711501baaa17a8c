// The engine page's part of the server: the job's state as server-sent events, and the dead letters.
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../kit/clock.ts'
import { RefusedError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import { streamEvents } from '../events-stream.ts'
import { createLetterReader } from './letters.ts'
import { watchJob } from './watch.ts'

export interface EngineOptions {
  /** Where the job serves its state, "http://127.0.0.1:4100"; undefined: nowhere. Asked anew at every look. */
  readonly jobUrl: () => string | undefined
  /** Of the events. */
  readonly topic: string
  readonly openDeadLetters: () => Promise<SetAsideArchive>
}

export interface EngineContext {
  readonly clock: Clock
  readonly log: Log
  /** Aborted when the server closes. */
  readonly signal: AbortSignal
}

/** Adds the routes; the job is looked at until the server closes. */
export function serveEngine(
  server: FastifyInstance,
  { jobUrl, topic, openDeadLetters }: EngineOptions,
  { clock, log, signal }: EngineContext,
): void {
  const watch = watchJob({ jobUrl, topic, clock })
  const letters = createLetterReader(topic, openDeadLetters)
  server.addHook('preClose', async () => {
    await watch.close()
    await letters.close().catch((error: unknown) => log.debug(error, 'closing the dead letters'))
  })
  server.get('/api/engine/live', (_, reply) => {
    streamEvents(reply, clock, signal, (send) => {
      send('history', JSON.stringify(watch.samples()))
      send('engine', JSON.stringify(watch.state()))
      return watch.listen((state) => send('engine', JSON.stringify(state)))
    })
  })
  server.get<{ Querystring: { reason?: unknown } }>('/api/engine/letters', (request, reply) => {
    const { reason } = request.query
    const wanted = typeof reason === 'string' && reason !== '' ? reason : undefined
    return answer(reply, () => letters.newest(wanted))
  })
  server.get<{ Params: { partition: string; offset: string } }>(
    '/api/engine/letters/:partition(^\\d{1,9}$)/:offset(^\\d{1,15}$)',
    ({ params }, reply) =>
      answer(reply, () => letters.find(Number(params.partition), Number(params.offset))),
  )
}

async function answer(reply: FastifyReply, ask: () => Promise<unknown>): Promise<unknown> {
  reply.header('cache-control', 'no-store')
  try {
    const found = await ask()
    return found === undefined
      ? reply.code(404).send({ error: 'there is no dead letter at this place any more' })
      : reply.send(found)
  } catch (error) {
    // Its message says which store, where and what to do.
    if (error instanceof RefusedError) return reply.code(502).send({ error: error.message })
    throw error
  }
}
