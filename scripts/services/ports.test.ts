import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { choosePorts } from './ports.ts'
import { HOST } from './service.ts'

it('takes the port wanted when it is free', async () => {
  const { web: free } = await choosePorts({ web: 0 }, { anyFree: true })
  expect(await choosePorts({ web: free }, { anyFree: false })).toEqual({ web: free })
})

it('takes another one when it is in use, or chosen already', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as { port: number }
  try {
    const { web } = await choosePorts({ web: port }, { anyFree: false })
    expect(web).not.toBe(port)
    const taken = new Set([web])
    const { web: another } = await choosePorts({ web }, { anyFree: false, taken })
    expect(another).not.toBe(web)
    expect(taken).toEqual(new Set([web, another]))
  } finally {
    server.close()
  }
})

it('never chooses one port twice', async () => {
  const wanted = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, 0]))
  const ports = Object.values(await choosePorts(wanted, { anyFree: true }))
  expect(new Set(ports).size).toBe(20)
})
