// Bytes that are no text, for people.

/** Offset, sixteen bytes, and what of them is printable ASCII; a line for each sixteen. */
export function hexDump(bytes: Uint8Array): string {
  let lines = ''
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'))
    lines += `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${ascii.join('')}\n`
  }
  return lines
}
