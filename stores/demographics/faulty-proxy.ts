// For tests: stands before a server; its connections can be cut, refused and silenced.
import { connect, createServer, type Socket } from 'node:net'

/** `cut`: connections that exist end; `refuse`: new ones too; `silence`: they stay, and nothing gets through. */
export type Fault = 'none' | 'cut' | 'refuse' | 'silence'

export async function openFaultyProxy(host: string, port: number) {
  const sockets = new Set<Socket>()
  let fault: Fault = 'none'
  let atBytes = Number.POSITIVE_INFINITY
  let later: Fault = 'none'
  const begin = (next: Fault) => {
    fault = next
    if (next === 'cut' || next === 'refuse') for (const socket of sockets) socket.destroy()
  }
  const server = createServer((near) => {
    if (fault === 'refuse') {
      near.destroy()
      return
    }
    const far = connect(port, host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
        sockets.delete(socket)
      })
    }
    near.on('data', (bytes) => {
      if (fault !== 'silence') far.write(bytes)
    })
    far.on('data', (bytes) => {
      atBytes -= bytes.length
      if (atBytes <= 0) {
        atBytes = Number.POSITIVE_INFINITY
        begin(later)
      } else if (fault !== 'silence' && !near.write(bytes)) {
        far.pause()
        near.once('drain', () => far.resume())
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    begin,
    /** The fault begins when the server has answered so many bytes more. */
    beginAfter: (bytes: number, next: Fault) => {
      fault = 'none'
      atBytes = bytes
      later = next
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
