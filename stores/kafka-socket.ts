// The connection under kafkajs, which hands over answers only when they are whole. kafkajs keeps the beginning of an
// answer whose connection broke, takes it for the beginning of the first one of the next connection, and so reads
// nonsense or throws where nobody can catch it: the process ends.
import { connect, type Socket } from 'node:net'

const KEEP_ALIVE_MS = 60_000

/** A socket factory as kafkajs takes it, for connections without TLS. */
export function wholeAnswersSocket(args: {
  readonly host: string
  readonly port: number
  readonly onConnect: () => void
}): Socket {
  const socket = connect({ host: args.host, port: args.port }, args.onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  const on = socket.on.bind(socket)
  socket.on = ((event: string, listener: (...values: unknown[]) => void) =>
    on(event, event === 'data' ? wholeFrames(listener) : listener)) as Socket['on']
  return socket
}

/** Frames begin with their length, 4 bytes. Bytes are delivered in order, uncopied, once their frame is whole. */
export function wholeFrames(deliver: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let held: Buffer[] = []
  let lengthBytes = 0
  let length = 0
  let missingBytes = 0
  return (bytes) => {
    let at = 0
    let endOfWhole = 0
    while (at < bytes.length) {
      if (missingBytes === 0) {
        length = (length << 8) | bytes[at++]
        if (++lengthBytes < 4) continue
        missingBytes = length
        lengthBytes = 0
        length = 0
      } else {
        const taken = Math.min(missingBytes, bytes.length - at)
        missingBytes -= taken
        at += taken
      }
      if (missingBytes === 0) endOfWhole = at
    }
    if (endOfWhole > 0) {
      for (const piece of held) deliver(piece)
      held = []
      deliver(bytes.subarray(0, endOfWhole))
    }
    if (endOfWhole < bytes.length) held.push(bytes.subarray(endOfWhole))
  }
}
