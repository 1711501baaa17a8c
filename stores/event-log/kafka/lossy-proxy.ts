// For tests: stands before a broker and loses produce requests, or only the answers to them, by cutting the connection.
import { connect, createServer, type Socket } from 'node:net'

/** `request`: half of it reaches the broker; `answer`: the broker has the records, and the client never hears of it. */
export type Loss = 'request' | 'answer' | 'none'

const LENGTH_BYTES = 4
const PRODUCE = 0

/** A proxy of `upstream`, `host:port`; `lossOf` decides on each produce request. Answers its port on 127.0.0.1. */
export async function openLossyProxy(upstream: string, lossOf: () => Loss) {
  const [host, port] = upstream.split(':')
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), host)
    let losesAnswer = false
    const cut = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    near.on(
      'data',
      framesOf((frame) => {
        const loss = frame.readInt16BE(LENGTH_BYTES) === PRODUCE ? lossOf() : 'none'
        if (loss === 'request') {
          far.write(frame.subarray(0, frame.length >> 1), cut)
          return
        }
        losesAnswer ||= loss === 'answer'
        far.write(frame)
      }),
    )
    far.on('data', (bytes) => (losesAnswer ? cut() : near.write(bytes)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Cuts a stream of bytes into requests: a length of four bytes, then as many. */
function framesOf(take: (frame: Buffer) => void): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0)
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes])
    while (waiting.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + waiting.readInt32BE(0)
      if (waiting.length < end) return
      const frame = waiting.subarray(0, end)
      waiting = waiting.subarray(end)
      take(frame)
    }
  }
}
