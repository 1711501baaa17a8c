import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { identityOf } from './identity.ts'
import { choosePorts } from './ports.ts'
import { killProcess, type Started, startServer, stopProcess, untilReady } from './process.ts'
import { HOST } from './service.ts'

let dir: string
let log: string
let started: Started | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-process-'))
  log = join(dir, 'log.txt')
})
afterEach(async () => {
  if (started !== undefined) await stopProcess(started, 0)
  started = undefined
  rmSync(dir, { recursive: true, force: true })
})

const start = async (script: string, outlivesUs = true) => {
  const launch = { command: process.execPath, args: ['-e', script] }
  started = await startServer(launch, { dir, log, outlivesUs })
  return started
}

const ready = (server: Started, probe: () => Promise<string>, withinMs = 20_000) =>
  untilReady({
    title: 'Server',
    process: server,
    log,
    withinMs,
    signal: new AbortController().signal,
    probe,
  })

async function connects(port: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port }, () => {
      socket.destroy()
      resolve('1.0')
    })
    socket.once('error', reject)
  })
}

it('waits until the server answers, then stops it', async () => {
  const { web } = await choosePorts({ web: 0 }, { anyFree: true })
  const listen = `require('node:net').createServer().listen(${web}, '${HOST}')`
  const server = await start(`setTimeout(() => { ${listen} }, 300)`)
  expect(await ready(server, () => connects(web))).toBe('1.0')
  await stopProcess(server)
  expect(identityOf(server.pid)).toBeUndefined()
  await expect(connects(web)).rejects.toThrow('ECONNREFUSED')
})

it('shows the end of the log of a server that dies while starting', async () => {
  const server = await start(
    `setTimeout(() => { console.error('no such disk'); process.exit(3) }, 200)`,
  )
  const never = () => Promise.reject(new Error('refused'))
  await expect(ready(server, never)).rejects.toThrow(/Server ended while starting.*no such disk/s)
})

it('gives up on a server that never gets ready, and says what it answered', async () => {
  const server = await start(`console.log('thinking'); setTimeout(() => {}, 60_000)`)
  const never = () => Promise.reject(new Error('503 not yet'))
  const given = ready(server, never, 1500)
  await expect(given).rejects.toThrow(/not get ready within 1\.5s \(503 not yet\).*thinking/s)
})

it('kills a server that does not heed SIGTERM', async () => {
  const server = await start(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
  await stopProcess(server, 300)
  expect(identityOf(server.pid)).toBeUndefined()
})

it('kills at once, also a server of our own process group', async () => {
  const heedless = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
  for (const outlivesUs of [true, false]) {
    const server = await start(heedless, outlivesUs)
    await killProcess(server)
    expect(identityOf(server.pid)).toBeUndefined()
    await killProcess(server)
  }
})

it('says which program cannot be started', async () => {
  const launch = { command: '/no/such/server', args: [] }
  const place = { dir, log, outlivesUs: false }
  await expect(startServer(launch, place)).rejects.toThrow('/no/such/server cannot be started')
})
