// The connection under kafkajs, which hands over answers only when they are whole, each received in place, in a buffer of
// its own. kafkajs keeps the beginning of an answer whose connection broke, takes it for the beginning of the first one of
// the next connection, and so reads nonsense or throws where nobody can catch it: the process ends.
import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { takeMemory } from './kafka-memory.ts'

const KEEP_ALIVE_MS = 60_000
/** Most answers are shorter than this, and received together. */
const SHORT_BYTES = 64 << 10
/** Beyond what Kafka may be told to answer. */
const FRAME_BYTES_MAX = 1 << 30
const LENGTH_BYTES = 4
/** How TLS begins to say that it understands nothing; of Kafka it would be a first answer of 350 MB. */
const TLS_ALERT = 0x1503
/** Of an error: the other side wants TLS. */
export const SPEAKS_TLS = 'answers as TLS does'

/** A socket factory as kafkajs takes it. Each `data` is one frame, whole. */
export function wholeAnswersSocket(args: {
  readonly host: string
  readonly port: number
  readonly ssl?: ConnectionOptions | false
  readonly onConnect: () => void
}): Socket {
  const { host, port, ssl, onConnect } = args
  let deliver = (_frame: Buffer): void => {}
  const frames = new Frames((frame) => deliver(frame))
  const onread = {
    buffer: () => frames.room(),
    callback: (count: number) => {
      const trouble = frames.received(count)
      if (trouble !== undefined) socket.destroy(new Error(`${host}:${port} ${trouble}`))
      return trouble === undefined
    },
  }
  // Buffers may come from a function, though Node's types do not say so.
  const options = { host, port, onread: onread as never }
  // An address is no name to ask for; a certificate is compared with either.
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket: Socket = ssl
    ? connectTls({ ...name, ...ssl, ...options }, onConnect)
    : connect(options, onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  const on = socket.on.bind(socket)
  socket.on = ((event: string, listener: (...values: unknown[]) => void) => {
    if (event !== 'data') return on(event, listener)
    deliver = listener
    return socket
  }) as Socket['on']
  return socket
}

/** Puts a stream of frames together: each begins with the length of what follows, 4 bytes. Delivered with that, uncopied. */
export class Frames {
  readonly #deliver: (frame: Buffer) => void
  /** Whole frames and the beginning of one, until it is clear how long that is. */
  readonly #short = Buffer.allocUnsafeSlow(SHORT_BYTES)
  #shortBytes = 0
  /** One that does not fit there. */
  #long: Buffer | undefined
  #longBytes = 0
  /** Its first answer is known to have the form of one. */
  #isKafka = false

  constructor(deliver: (frame: Buffer) => void) {
    this.#deliver = deliver
  }

  /** Where the next bytes are to be put. */
  room(): Uint8Array {
    return this.#long?.subarray(this.#longBytes) ?? this.#short.subarray(this.#shortBytes)
  }

  /** So many bytes were put there. Answers what is wrong with them: then the stream is of no more use. */
  received(count: number): string | undefined {
    if (this.#long === undefined) {
      this.#shortBytes += count
      return this.#takeShort()
    }
    this.#longBytes += count
    if (this.#longBytes < this.#long.length) return undefined
    const frame = this.#long
    this.#long = undefined
    this.#deliver(frame)
    return undefined
  }

  #takeShort(): string | undefined {
    const bytes = this.#short
    let at = 0
    while (this.#shortBytes - at >= LENGTH_BYTES) {
      const frameBytes = LENGTH_BYTES + bytes.readInt32BE(at)
      if (!this.#isKafka && bytes.readUInt16BE(at) === TLS_ALERT) return SPEAKS_TLS
      if (frameBytes < LENGTH_BYTES || frameBytes > FRAME_BYTES_MAX)
        return `answers with ${frameBytes} bytes at once: is it Kafka?`
      this.#isKafka = true
      const end = at + frameBytes
      if (end > this.#shortBytes) {
        this.#long = takeMemory(frameBytes)
        this.#longBytes = bytes.copy(this.#long, 0, at, this.#shortBytes)
        at = this.#shortBytes
        break
      }
      this.#deliver(Buffer.from(bytes.subarray(at, end)))
      at = end
    }
    bytes.copyWithin(0, at, this.#shortBytes)
    this.#shortBytes -= at
    return undefined
  }
}
