// Server-sent events: one open answer per page, on which what it looks at is pushed.
import type { FastifyReply } from 'fastify'
import type { Clock } from '../kit/clock.ts'

/** Proxies close connections that are silent for long. */
const HEARTBEAT_MS = 15_000
/** A page that does not take its events is dropped: it connects again by itself. */
const UNSENT_AT_MOST_BYTES = 8 * 1024 * 1024

/** Pushes an event: JSON, on one line. */
export type Send = (event: string, json: string) => void

/**
 * Sends events until the page goes or `signal` is aborted: `begin` is called with the means to, and answers what ends it.
 * Headers set on the reply are kept.
 */
export function streamEvents(
  reply: FastifyReply,
  clock: Clock,
  signal: AbortSignal,
  begin: (send: Send) => () => void,
): void {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const gone = new AbortController()
  const send = (text: string) => {
    if (gone.signal.aborted) return
    if (raw.writableLength > UNSENT_AT_MOST_BYTES) raw.destroy()
    else raw.write(text)
  }
  const end = begin((event, json) => send(`event: ${event}\ndata: ${json}\n\n`))
  const stop = () => raw.end()
  const finish = () => {
    end()
    gone.abort()
    signal.removeEventListener('abort', stop)
  }
  raw.on('close', finish)
  raw.on('error', finish)
  signal.addEventListener('abort', stop)
  send('retry: 2000\n\n')
  void beat(send, clock, gone.signal)
}

async function beat(send: (text: string) => void, clock: Clock, signal: AbortSignal) {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal)
    send(': still here\n\n')
  }
}
