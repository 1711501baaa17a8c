// An id for a row that has none: the same on every replay of the same file.
import { hash } from 'node:crypto'

/** A UUID (of version 8: made our own way) from the file's name and the row's position. */
export function rowId(fileName: string, position: number): string {
  const digest = hash('sha1', `${fileName}:${position}`)
  const variant = '89ab'[Number.parseInt(digest[16], 16) & 3]
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
