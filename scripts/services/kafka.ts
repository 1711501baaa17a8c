// Apache Kafka, one KRaft node that is broker and controller, from the jars of Maven Central.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, installLog, installOnce, isCached } from './cache.ts'
import { findJava } from './java.ts'
import { kafkaBrokers } from './probes.ts'
import { run, which } from './run.ts'
import { HOST, type Place, type Ports, type Server, type Service } from './service.ts'

const version = '4.0.0'
const cacheName = `kafka-${version}`
const oldestJava = 17
/** What one for tests has besides. */
export interface KafkaAdditions {
  /** More ports, by name. */
  readonly ports: Ports
  /** Lines of server.properties; they replace those of the same name. */
  properties(ports: Ports): string
  /** `SCRAM-SHA-256=[name=…,password=…]` */
  readonly users: readonly string[]
}

const toGet =
  'Debian and Ubuntu `apt-get install openjdk-17-jre-headless maven`, ' +
  'macOS `brew install openjdk maven`'

export const kafka: Service = {
  name: 'kafka',
  title: 'Kafka',
  version,
  testName: 'KAFKA',
  testAddress: 'TEST_KAFKA_BROKERS',

  async available() {
    const java = await findJava()
    if (java === undefined || java.major < oldestJava) {
      const found = java === undefined ? 'none is installed' : `Java ${java.major} is installed`
      return {
        state: 'missing',
        how: `needs Java ${oldestJava} or newer, ${found}: ${toGet}`,
      }
    }
    if (isCached(cacheName))
      return { state: 'ready', how: `jars of Maven Central, Java ${java.major}` }
    if (which('mvn') !== undefined) {
      return { state: 'installable', how: 'downloads 51 MB of jars with Maven, 20 s' }
    }
    return {
      state: 'missing',
      how: `its jars are downloaded with Maven, which is not installed: ${toGet}`,
    }
  },

  async install(context) {
    await installOnce(cacheName, context, async (dir) => {
      writeFileSync(join(dir, 'pom.xml'), pom)
      const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs']
      const label = 'downloads the jars with Maven'
      await run(
        { label, command: which('mvn') ?? 'mvn', args, cwd: dir, logFile: installLog(cacheName) },
        context,
      )
    })
  },

  server: serverWith({ ports: {}, properties: () => '', users: [] }),
}

/** The same with listeners and logins of its own, for tests. */
export const kafkaWith = (additions: KafkaAdditions): Service => ({
  ...kafka,
  server: serverWith(additions),
})

function serverWith(additions: KafkaAdditions): Server {
  return {
    defaultPorts: { broker: 9092, controller: 9093, ...additions.ports },
    clientPort: 'broker',
    readyWithinMs: 90_000,

    async prepare(place) {
      const java = (await findJava())?.command ?? 'java'
      const data = join(place.dir, 'data')
      const properties = join(place.dir, 'server.properties')
      mkdirSync(data, { recursive: true })
      const more = additions.properties(place.ports)
      writeFileSync(properties, `${serverProperties(data, place.ports)}${more}`)
      const isNew = !existsSync(join(data, 'meta.properties'))
      if (isNew) await format(java, properties, place, additions.users)
      const heap = ['-Xms256m', '-Xmx1g']
      return { command: java, args: [...heap, ...jvm(), 'kafka.Kafka', properties] }
    },

    async probe(ports) {
      await kafkaBrokers(ports.broker)
      return version
    },

    variables: (ports) => ({ KAFKA_BROKERS: `${HOST}:${ports.broker}` }),
    testVariables: (ports) => ({ TEST_KAFKA_BROKERS: `${HOST}:${ports.broker}` }),
  }
}

const jvm = (): string[] => [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss',
  '-cp',
  join(cached(cacheName), 'libs', '*'),
]

async function format(
  java: string,
  properties: string,
  place: Place,
  users: readonly string[],
): Promise<void> {
  // Kafka's ids are 16 bytes in base64url; its tools take one that starts with "-" for an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A')
  const args = ['-XX:TieredStopAtLevel=1', ...jvm(), 'kafka.tools.StorageTool', 'format']
  await run(
    {
      label: 'formats its data directory',
      command: java,
      args: [
        ...[...args, '-t', clusterId, '-c', properties],
        ...users.flatMap((user) => ['--add-scram', user]),
      ],
      logFile: join(place.dir, 'format.txt'),
    },
    place,
  )
}

/**
 * Exported for its test. With `ports.behindProxy` there is one more listener, on that port, whose
 * clients are sent to the port `proxy`.
 */
export function serverProperties(data: string, ports: Ports): string {
  const { broker, controller, behindProxy, proxy } = ports
  // Kafka tells its clients where to connect: those of this listener go through the proxy again.
  const isProxied = behindProxy !== undefined
  const listener = isProxied ? `,PROXIED://${HOST}:${behindProxy}` : ''
  const advertised = isProxied ? `,PROXIED://${HOST}:${proxy}` : ''
  return `# written at each start
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${HOST}:${controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://${HOST}:${broker},CONTROLLER://${HOST}:${controller}${listener}
advertised.listeners=PLAINTEXT://${HOST}:${broker}${advertised}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT
log.dirs=${data}
# One node: internal topics cannot have replicas; few partitions start faster.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
# A broker that starts again is let in only when its last session is over, by default after nine
# seconds.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
# Consumers need not wait for others to join.
group.initial.rebalance.delay.ms=0
# Retention goes by the records' own times: events of a past day would be deleted while they are
# read.
log.retention.ms=-1
# The default of 128 MB is taken from the heap at start.
log.cleaner.dedupe.buffer.size=16777216
`
}

const pom = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>windrow</groupId>
  <artifactId>kafka-server</artifactId>
  <version>${version}</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`
