// For tests: a MySQL server that asks for the password in clear text and repeats in its error whatever it got.
import { createServer, type Socket } from 'node:net'

export interface EchoingMysql {
  readonly port: number
  /** All it was sent, as text. */
  heard(): string
  close(): Promise<void>
}

/** `code`: 1045 is a wrong password, 1105 an error without a name. */
export async function echoingMysql(code: number): Promise<EchoingMysql> {
  const sockets = new Set<Socket>()
  let heard = ''
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.write(packet(0, greeting))
    let step = 0
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      if (step++ === 0) {
        socket.write(packet(2, Buffer.from('\xfemysql_clear_password\0', 'latin1')))
        return
      }
      const error = Buffer.from(`___#28000you sent ${bytes.toString('latin1', 4)}`, 'latin1')
      error[0] = 0xff
      error.writeUInt16LE(code, 1)
      socket.end(packet(4, error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    heard: () => heard,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Protocol 10: version, thread, first part of the salt, what the server can, the rest of the salt, the login method. */
const greeting = Buffer.concat([
  Buffer.from('\x0a8.4.0\0\x01\0\0\0saltsalt\0', 'latin1'),
  // Capabilities (long password, database, protocol 4.1, secure connection, plugin login), charset, status.
  Buffer.from([0x09, 0x82, 0x21, 0x02, 0x00, 0x08, 0x00, 21]),
  Buffer.alloc(10),
  Buffer.from('saltsaltsalt\0mysql_native_password\0', 'latin1'),
])

function packet(sequence: number, body: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUIntLE(body.length, 0, 3)
  header[3] = sequence
  return Buffer.concat([header, body])
}
