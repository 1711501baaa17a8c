// The benchmark's events, from a seed: what a shop's click stream looks like, 230 bytes each, two events a millisecond.
// Their bytes are written one by one: what is measured waits for them.
import { random } from './random.ts'

const CATEGORIES = [
  'electronics',
  'fashion',
  'home',
  'beauty',
  'sports',
  'toys',
  'books',
  'grocery',
]
const PAGES = ['/', '/search', '/product', '/cart', '/checkout']
const FIRST_TIME_MS = Date.UTC(2026, 0, 1)
const DISORDER_MS = 2_000
const PRODUCTS = 5_000
const CHUNK_BYTES = 1 << 20
/** An event takes fewer bytes. */
export const EVENT_BYTES_MAX = 512

export interface BenchRecord {
  readonly key: string
  readonly value: Buffer
}

export interface EventOptions {
  readonly users: number
  readonly seed: number
  /** 5,000 by default. */
  readonly products?: number
  /** When the event of a number happened, before it is moved back. Default: two a millisecond, from the start of 2026. */
  readonly timeMsOf?: (n: number) => number
  /** How far it is moved back at most. Default: two seconds. */
  readonly disorderMs?: number
}

/** `count` records; the same for the same seed. */
export function* benchRecords(count: number, options: EventOptions): Generator<BenchRecord> {
  const events = new EventBytes(options)
  let chunk = Buffer.alloc(0)
  let at = 0
  for (let n = 0; n < count; n++) {
    if (at + EVENT_BYTES_MAX > chunk.length) {
      chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
      at = 0
    }
    const end = events.next(chunk, at)
    yield { key: userId(events.user), value: chunk.subarray(at, end) }
    at = end
  }
}

const userId = (user: number): string => `user-${String(user).padStart(6, '0')}`

/** Writes one event after the other as JSON. */
export class EventBytes {
  readonly #random
  readonly #users: number
  readonly #products: number
  readonly #timeMsOf: (n: number) => number
  readonly #disorderMs: number
  #count = 0
  #into: Buffer = Buffer.alloc(0)
  #at = 0
  #minute = Number.NaN
  #minuteText = ''
  /** The number of the user of the event written last. */
  user = 0

  constructor(options: EventOptions) {
    const { users, seed, products = PRODUCTS, timeMsOf = twoPerMs } = options
    this.#random = random(seed)
    this.#users = users
    this.#products = products
    this.#timeMsOf = timeMsOf
    this.#disorderMs = options.disorderMs ?? DISORDER_MS
  }

  /** Writes the next event at `at`, where 512 bytes must be free; answers where it ends. */
  next(into: Buffer, at: number): number {
    const { pick, next } = this.#random
    this.#into = into
    this.#at = at
    this.user = pick(this.#users)
    this.#text('{"event_id":"')
    this.#uuid()
    const isClick = next() < 0.85
    this.#text(isClick ? '","event_type":"click' : '","event_type":"purchase')
    this.#text('","user_id":"user-')
    this.#digits(this.user, Math.max(6, lengthOf(this.user)))
    this.#text('","session_id":"')
    this.#hex(8)
    this.#hex(8)
    this.#text('","event_time":"')
    this.#time(this.#timeMsOf(this.#count++) - pick(this.#disorderMs))
    this.#text('","product_id":"p-')
    this.#whole(pick(this.#products))
    this.#text('","category":"')
    this.#text(CATEGORIES[pick(CATEGORIES.length)])
    if (isClick) {
      this.#text('","page":"')
      this.#text(PAGES[pick(PAGES.length)])
      this.#text('"}')
    } else {
      this.#text('","quantity":')
      this.#whole(1 + pick(4))
      this.#text(',"unit_price":')
      this.#cents(pick(20_000))
      this.#text(',"currency":"USD"}')
    }
    return this.#at
  }

  #text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#into[this.#at++] = text.charCodeAt(i)
  }

  /** Random, as version 4 has it. */
  #uuid(): void {
    this.#hex(8)
    this.#text('-')
    this.#hex(4)
    this.#text('-4')
    this.#hex(3)
    this.#text('-a')
    this.#hex(3)
    this.#text('-')
    this.#hex(8)
    this.#hex(4)
  }

  /** The first of eight random hexadecimal digits. */
  #hex(digits: number): void {
    const bits = this.#random.pick(2 ** 32)
    for (let i = 0; i < digits; i++) {
      const digit = (bits >>> (28 - 4 * i)) & 15
      this.#into[this.#at++] = digit < 10 ? 48 + digit : 87 + digit
    }
  }

  #whole(n: number): void {
    this.#digits(n, lengthOf(n))
  }

  #digits(n: number, length: number): void {
    this.#at += length
    let left = n
    for (let i = 1; i <= length; i++) {
      this.#into[this.#at - i] = 48 + (left % 10)
      left = Math.floor(left / 10)
    }
  }

  /** An amount as JSON writes it: 12, 12.5, 12.05. */
  #cents(cents: number): void {
    const rest = cents % 100
    this.#whole((cents - rest) / 100)
    if (rest === 0) return
    this.#text('.')
    if (rest % 10 === 0) this.#whole(rest / 10)
    else this.#digits(rest, 2)
  }

  /** As `Date.toISOString` writes it. */
  #time(timeMs: number): void {
    const wholeMs = Math.floor(timeMs)
    const minute = Math.floor(wholeMs / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#minuteText = new Date(minute * 60_000).toISOString().slice(0, 17)
    }
    this.#text(this.#minuteText)
    const ms = wholeMs - minute * 60_000
    this.#digits(Math.floor(ms / 1000), 2)
    this.#text('.')
    this.#digits(ms % 1000, 3)
    this.#text('Z')
  }
}

const twoPerMs = (n: number): number => FIRST_TIME_MS + n * 0.5

const lengthOf = (n: number): number => (n < 10 ? 1 : 1 + lengthOf(Math.floor(n / 10)))
