// Points in InfluxDB 1.8, 2 or 3: written with the official client, read with InfluxQL.
import type { Point } from '../../data/point.ts'
import { lastOfEach, measurementFinder } from '../../data/point-order.ts'
import { ConfigError } from '../../kit/errors.ts'
import { addUpInflux } from './influx-add-up.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { readPoints } from './influx-read.ts'
import { removePoints } from './influx-remove.ts'
import { revisionTimeNs } from './influx-revisions.ts'
import { detectServer, prepareServer } from './influx-server.ts'
import { type InfluxWriter, influxWriter } from './influx-write.ts'
import { toLine } from './line-protocol.ts'
import type { PointsStore } from './points-store.ts'

interface Connection {
  readonly server: InfluxServer
  readonly writer: InfluxWriter
}

/**
 * Points in InfluxDB. A field that is absent in a newer version of a point keeps its older value there: InfluxDB joins
 * the fields of equal points. Throws ConfigError when the address holds a password.
 */
export function influxPoints(settings: InfluxAddress): PointsStore {
  refusePasswordInUrl(settings)
  let connection: Connection | undefined
  const connected = async (): Promise<Connection> => {
    if (connection !== undefined) return connection
    const server = await detectServer(settings)
    await prepareServer(settings, server)
    connection ??= { server, writer: influxWriter(settings, server) }
    return connection
  }
  return {
    get description() {
      const version = connection?.server.version || connection?.server.generation
      return `InfluxDB ${version === undefined ? '' : `${version} `}${settings.url}/${settings.bucket}`
    },
    identity: `influxdb:${settings.url}/${settings.org}/${settings.bucket}`,
    prepare: async () => void (await connected()),
    write: async (points, measurements, version = 0) => {
      if (points.length === 0) return
      const { server, writer } = await connected()
      const timeOf = (point: Point) =>
        server.generation === 3 ? revisionTimeNs(point, version) : String(point.timeMs)
      const measurementOf = measurementFinder(measurements)
      const lines = lastOfEach(points, measurementOf).flatMap(
        (point) => toLine(point, measurementOf(point), timeOf(point)) ?? [],
      )
      const names = [...new Set(points.map(({ measurement }) => `"${measurement}"`))]
      await writer.write(`write points of ${names.join(', ')}`, lines)
    },
    tryWrite: async () => (await connected()).writer.tryWrite(),
    read: async (measurement, query) =>
      readPoints(settings, (await connected()).server, measurement, query),
    addUp: async (measurement, additions, query) =>
      addUpInflux(settings, (await connected()).server, { measurement, additions, query }),
    remove: async (measurement, removal) =>
      removePoints(settings, (await connected()).server, measurement, removal),
    close: async () => {
      connection?.writer.close()
      connection = undefined
    },
  }
}

function refusePasswordInUrl(settings: InfluxAddress): void {
  const { username, password } = new URL(settings.url)
  if (username === '' && password === '') return
  throw new ConfigError([
    {
      where: 'INFLUX_URL',
      what: 'expected an address without user and password, got one with; set INFLUX_TOKEN=user:password',
    },
  ])
}
