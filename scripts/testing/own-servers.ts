// For tests that break a server: one that is theirs alone, on free ports, its data in a temporary
// directory. It ends with the process that started it at the latest.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { influxdb1 } from '../services/influxdb1.ts'
import { influxdb2 } from '../services/influxdb2.ts'
import { kafka } from '../services/kafka.ts'
import { mariadb } from '../services/mariadb.ts'
import { choosePorts } from '../services/ports.ts'
import { killProcess, type Started, stopProcess } from '../services/process.ts'
import {
  HOST,
  type Place,
  type Ports,
  type Server,
  type Service,
  type Variables,
} from '../services/service.ts'
import { serve } from '../services/serving.ts'
import {
  type ForTests,
  influx1ForTests,
  influx2ForTests,
  kafkaForTests,
  mysqlForTests,
  toxiproxyForTests,
} from '../services/testing.ts'
import { toxiproxy } from '../services/toxiproxy.ts'

/** A server and its address, as the tests of shared servers know it. */
export class OwnServer<Address extends object> {
  readonly address: Address
  /** `host:port`, around any proxy. */
  readonly hostPort: string
  readonly ports: Ports
  readonly #service: Service
  readonly #server: Server
  readonly #place: Place
  #process: Started | undefined
  readonly #killAtExit = (): void => {
    if (this.#process !== undefined) process.kill(this.#process.pid, 'SIGKILL')
  }

  constructor(service: Service, server: Server, ports: Ports, address: Address) {
    this.address = address
    this.ports = ports
    this.hostPort = `${HOST}:${ports[server.clientPort]}`
    this.#service = service
    this.#server = server
    const dir = mkdtempSync(join(tmpdir(), `windrow-own-${service.name}-`))
    this.#place = { dir, ports, say: () => {}, signal: new AbortController().signal }
    process.once('exit', this.#killAtExit)
  }

  /** Also again, on the same data and ports. Resolves when it serves. */
  async start(): Promise<this> {
    mkdirSync(this.#place.dir, { recursive: true })
    const { process } = await serve(this.#service, this.#server, {
      place: this.#place,
      log: join(this.#place.dir, 'log.txt'),
      outlivesUs: false,
      onStarted: (started) => {
        this.#process = started
      },
    })
    this.#process = process
    return this
  }

  /** In order, as for maintenance. */
  async stop(): Promise<void> {
    await this.#ended(stopProcess)
  }

  /** As in a crash: SIGKILL. */
  async kill(): Promise<void> {
    await this.#ended(killProcess)
  }

  /** Frozen: connections stay and nothing answers, until `resume`. */
  pause(): void {
    if (this.#process === undefined) return
    process.kill(this.#process.pid, 'SIGSTOP')
    untilStopped(this.#process.pid)
  }

  resume(): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, 'SIGCONT')
  }

  /** Gone, with its data. */
  async end(): Promise<void> {
    await this.kill()
    process.off('exit', this.#killAtExit)
    rmSync(this.#place.dir, { recursive: true, force: true })
  }

  async #ended(by: (server: Started) => Promise<void>): Promise<void> {
    if (this.#process === undefined) return
    await by(this.#process)
    this.#process = undefined
  }
}

/**
 * Kafka. With `proxy`, which is given `host:port` and answers a port that leads there, its address
 * is that port, and so is the one it tells its clients.
 */
export async function ownKafka(proxy?: (upstream: string) => Promise<number>) {
  if (proxy === undefined) return await own(kafka, kafkaForTests)
  const { behindProxy } = await choosePorts({ behindProxy: 0 }, { anyFree: true })
  const extra = { behindProxy, proxy: await proxy(`${HOST}:${behindProxy}`) }
  return await own(kafka, kafkaForTests, extra)
}

export const ownMariadb = () => own(mariadb, mysqlForTests)
export const ownInflux1 = () => own(influxdb1, influx1ForTests)
export const ownInflux2 = () => own(influxdb2, influx2ForTests)
export const ownToxiproxy = () => own(toxiproxy, toxiproxyForTests)

/** Any service; `addressIn` finds its address in its test variables. */
export async function own<Address extends object>(
  service: Service,
  addressIn: (variables: Variables) => ForTests<Address>,
  extraPorts: Ports = {},
): Promise<OwnServer<Address>> {
  const server = service.server as Server
  const taken = new Set(Object.values(extraPorts))
  const free = await choosePorts(server.defaultPorts, { anyFree: true, taken })
  const ports = { ...free, ...extraPorts }
  const shown = { ...ports, [server.clientPort]: ports.proxy ?? ports[server.clientPort] }
  const address = addressIn(server.testVariables(shown))
  if (!address.available) throw new Error(address.why)
  const one = new OwnServer<Address>(service, server, ports, address)
  try {
    return await one.start()
  } catch (error) {
    await one.end()
    throw error
  }
}

/** The signal is on its way when `kill` returns: a server was found to answer once more. Where /proc tells. */
function untilStopped(pid: number): void {
  const stat = `/proc/${pid}/stat`
  const isStopped = () => /\) [TZX] /.test(readFileSync(stat, 'latin1'))
  while (existsSync(stat) && !isStopped());
}
