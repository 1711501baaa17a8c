// A connection through Toxiproxy does what its toxics say.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeWith, toxiproxyForTests } from '../services/testing.ts'
import { openProxy, type Toxic, type ToxicProxy } from './toxiproxy.ts'

describeWith([toxiproxyForTests()], 'a connection through Toxiproxy', (toxiproxy) => {
  let server: Server
  let proxy: ToxicProxy
  const ask = (timeoutMs = 30_000) => {
    const headers = { connection: 'close' }
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = fetch(`http://127.0.0.1:${proxy.port}`, { headers, signal })
    return answer.then((response) => response.text())
  }
  beforeAll(async () => {
    server = createServer((_, response) => response.end('x'.repeat(10_000)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    proxy = await openProxy(toxiproxy, `127.0.0.1:${port}`)
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await proxy.remove()
    server.closeAllConnections()
    server.close()
  })

  it('is the server’s', async () => {
    expect(await ask()).toHaveLength(10_000)
  })

  it('is refused while it is down', async () => {
    await proxy.down()
    await expect(ask()).rejects.toThrow('fetch failed')
    await proxy.heal()
    expect(await ask()).toHaveLength(10_000)
  })

  it.each<[string, Toxic]>([
    ['is cut in the middle of the answer', { type: 'limit_data', attributes: { bytes: 5_000 } }],
    ['is reset', { type: 'reset_peer', attributes: { timeout: 0 } }],
  ])('%s', async (_, toxic) => {
    await proxy.add(toxic, 'downstream')
    await expect(ask()).rejects.toThrow()
    await proxy.heal()
    expect(await ask()).toHaveLength(10_000)
  })

  it('is silent', async () => {
    await proxy.add({ type: 'timeout', attributes: { timeout: 0 } }, 'upstream')
    await expect(ask(300)).rejects.toThrow(/timeout/)
  })

  it('is slow', async () => {
    await proxy.add({ type: 'latency', attributes: { latency: 200 } }, 'downstream')
    const startMs = performance.now()
    expect(await ask()).toHaveLength(10_000)
    expect(performance.now() - startMs).toBeGreaterThan(190)
  })
})
