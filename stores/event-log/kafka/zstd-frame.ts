// How large a Zstandard frame can become, from its headers alone: decompressors want to know, and Java clients do not say.
// The format: RFC 8878, sections 3.1.1 (frames and blocks) and 3.1.2 (skippable frames).

const MAGIC = 0xfd2fb528
/** Of 16 kinds. */
const SKIPPABLE_MAGIC = 0x184d2a50
const BLOCK_BYTES_MAX = 128 << 10
const RAW = 0
const RUN = 1

/** At least as many bytes as come out of all frames in `bytes`. Throws an Error where they are cut or damaged. */
export function decompressedBoundBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let boundBytes = 0
  let at = 0
  do {
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === SKIPPABLE_MAGIC >>> 4) {
      at += 8 + view.getUint32(at + 4, true)
      continue
    }
    if (magic !== MAGIC) throw new Error('no Zstandard frame')
    const descriptor = view.getUint8(at + 4)
    const { contentBytes, headerBytes } = headerOf(view, at + 5, descriptor)
    const blocks = blocksFrom(view, at + 5 + headerBytes)
    boundBytes += contentBytes ?? blocks.boundBytes
    const checksumBytes = (descriptor & 4) === 0 ? 0 : 4
    at = blocks.end + checksumBytes
  } while (at < bytes.length)
  return boundBytes
}

/** What follows the descriptor: a window, a dictionary's number and the size of the content, each where it says so. */
function headerOf(view: DataView, at: number, descriptor: number) {
  const isOneSegment = (descriptor & 0x20) !== 0
  const windowBytes = isOneSegment ? 0 : 1
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]
  const sizeBytes = [isOneSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]
  const sizeAt = at + windowBytes + dictionaryBytes
  const headerBytes = windowBytes + dictionaryBytes + sizeBytes
  return { contentBytes: contentBytesAt(view, sizeAt, sizeBytes), headerBytes }
}

function contentBytesAt(view: DataView, at: number, sizeBytes: number): number | undefined {
  if (sizeBytes === 1) return view.getUint8(at)
  if (sizeBytes === 2) return view.getUint16(at, true) + 256
  if (sizeBytes === 4) return view.getUint32(at, true)
  if (sizeBytes === 8) return Number(view.getBigUint64(at, true))
  return undefined
}

function blocksFrom(view: DataView, first: number): { boundBytes: number; end: number } {
  let boundBytes = 0
  for (let at = first; ; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    const type = (header >>> 1) & 3
    const size = header >>> 3
    boundBytes += type === RAW || type === RUN ? size : BLOCK_BYTES_MAX
    at += 3 + (type === RUN ? 1 : size)
    if ((header & 1) !== 0) return { boundBytes, end: at }
  }
}
