// Servers of one's own keep their data over a crash, freeze and thaw, and are gone afterwards.
import { expect, it } from 'vitest'
import {
  describeWith,
  ownInflux1ForTests,
  ownInflux2ForTests,
  ownKafkaForTests,
  ownMysqlForTests,
} from '../services/testing.ts'
import { ownInflux1, ownInflux2, ownKafka, ownMariadb } from './own-servers.ts'

describeWith([ownInflux1ForTests()], 'an InfluxDB 1 of its own', () => {
  it('keeps its data over a crash', async () => {
    const server = await ownInflux1()
    const databases = () => post(`${server.address.url}/query?q=SHOW+DATABASES`)
    await post(`${server.address.url}/query?q=CREATE+DATABASE+mine`)
    await server.kill()
    await expect(databases()).rejects.toThrow()
    await server.start()
    expect(await databases()).toContain('mine')
    await server.end()
    await expect(databases()).rejects.toThrow()
  })

  it('answers no more while it is frozen, and then does', async () => {
    const server = await ownInflux1()
    server.pause()
    await expect(fetchWithin(`${server.address.url}/ping`, 300)).rejects.toThrow(/timeout/)
    server.resume()
    expect((await fetchWithin(`${server.address.url}/ping`, 30_000)).status).toBe(204)
    await server.end()
  })
})

describeWith([ownInflux2ForTests()], 'an InfluxDB 2 of its own', () => {
  it('has its token', async () => {
    const server = await ownInflux2()
    const { url, token } = server.address
    const headers = { authorization: `Token ${token}` }
    expect((await fetch(`${url}/api/v2/buckets`, { headers })).status).toBe(200)
    await server.end()
  })
})

describeWith([ownMysqlForTests(), ownKafkaForTests()], 'MariaDB and Kafka of its own', () => {
  it('have ports of their own', async () => {
    const [mariadb, kafka] = await Promise.all([ownMariadb(), ownKafka()])
    expect(mariadb.hostPort).toBe(`127.0.0.1:${mariadb.address.port}`)
    expect(kafka.hostPort).toBe(kafka.address.brokers[0])
    await mariadb.stop()
    await mariadb.start()
    await Promise.all([mariadb.end(), kafka.end()])
  })
})

async function post(url: string): Promise<string> {
  return await (await fetch(url, { method: 'POST' })).text()
}

const fetchWithin = (url: string, timeoutMs: number): Promise<Response> =>
  fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
