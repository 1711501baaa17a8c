// Rows that cannot be events: counted by reason, the first told one by one, all of them kept in a file.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../kit/log.ts'
import type { Rejection } from './convert.ts'

const TOLD = 20
const BUFFER_BYTES = 1 << 16

export class Rejections {
  readonly #name: string
  readonly #unit: string
  readonly #log: Log
  readonly #directory: string
  #descriptor: number | undefined
  #buffer = ''
  count = 0
  readonly byReason = new Map<string, number>()
  /** Where all of them are kept, once there is one: NDJSON of position, reason, field, detail and the row. */
  readonly file: string

  /** Rows of the file `name`; the file of rejections is made in `directory`, when the first one comes. */
  constructor(name: string, unit: 'line' | 'element', directory: string, log: Log) {
    this.#name = name
    this.#unit = unit
    this.#log = log
    this.#directory = directory
    this.file = join(directory, `${name}.rejected.ndjson`)
  }

  add(rejection: Rejection): void {
    const { position, reason, field, detail } = rejection
    this.count++
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1)
    if (this.count <= TOLD) this.#log.warn(`${this.#name}, ${this.#unit} ${position}: ${detail}`)
    if (this.count === TOLD + 1) this.#log.warn(`more rows are rejected: see ${this.file}`)
    const row = Buffer.from(rejection.raw).toString()
    this.#buffer += `${JSON.stringify({ [this.#unit]: position, reason, field, detail, row })}\n`
    if (this.#buffer.length >= BUFFER_BYTES) this.#write()
  }

  close(): void {
    this.#write()
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #write(): void {
    if (this.#buffer === '') return
    if (this.#descriptor === undefined) {
      mkdirSync(this.#directory, { recursive: true })
      this.#descriptor = openSync(this.file, 'w')
    }
    writeSync(this.#descriptor, this.#buffer)
    this.#buffer = ''
  }
}
