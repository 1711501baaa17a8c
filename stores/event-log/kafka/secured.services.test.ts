// Kafka as managed ones are: encrypted, with logins. Everything works there, and what is set wrong is told as such, at once.
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { blocksOf } from '../../../docs/testing/blocks.ts'
import { RefusedError, UnavailableError } from '../../../kit/errors.ts'
import { describeWith, ownKafkaForTests } from '../../../scripts/services/testing.ts'
import { TestAuthority } from '../../../scripts/testing/certificates.ts'
import { LIMITED, securedKafka, USER } from '../../../scripts/testing/secured-servers.ts'
import { describeSetAside } from '../../dead-letters/conformance.ts'
import { keyOf } from '../../dead-letters/dead-letters.ts'
import { kafkaSetAside } from '../../dead-letters/kafka.ts'
import { kafkaArchive } from '../../dead-letters/kafka-archive.ts'
import { collect } from '../../dead-letters/testing/archive-conformance.ts'
import type { Encryption } from '../../encryption.ts'
import { ensureTopic, kafkaClient, withAdmin } from '../../kafka.ts'
import type { KafkaLogin, KafkaSettings } from '../../settings.ts'
import { valueAt } from '../batch.ts'
import { describeEventLog } from '../conformance.ts'
import { kafkaEventLog } from '../kafka.ts'

/** Of sessions: a login is good for so long, then it is renewed over the same connection. kafkajs does so 10 s before. */
const SESSION_MS = 11_000
const WARM = { timeout: 60_000 }

describeWith([ownKafkaForTests()], 'a secured Kafka', () => {
  const authority = new TestAuthority()
  const tls: Encryption = { ca: authority.cert, checksName: true }
  const client = authority.issue({ name: 'windrow' })
  let kafka: Awaited<ReturnType<typeof securedKafka>>
  type Listener = Parameters<typeof kafka.brokers>[0]
  beforeAll(async () => {
    kafka = await securedKafka(authority, SESSION_MS)
    // A broker that has just started looks after no group yet.
    await vi.waitFor(() => thereAndBack(at('broker')), WARM)
  })
  afterAll(() => kafka?.end())

  const as = (mechanism: KafkaLogin['mechanism'], user: typeof USER | typeof LIMITED = USER) => ({
    mechanism,
    ...user,
  })
  const at = (listener: Listener, more: Partial<KafkaSettings> = {}): KafkaSettings => ({
    brokers: kafka.brokers(listener),
    ...more,
  })
  const loggedIn = () => at('login', { tls, login: as('scram-sha-512') })

  describeEventLog('encrypted Kafka', async () => kafkaEventLog(loggedIn()))

  describeSetAside('encrypted Kafka', async () => {
    const topic = newTopic()
    const kept = async () => {
      const archive = kafkaArchive(loggedIn(), topic)
      const records = await collect(archive)
      await archive.close()
      return new Map(records.map((record) => [keyOf(record), record]))
    }
    return { store: await kafkaSetAside(loggedIn(), topic), kept }
  })

  describe('a record gets through and back', () => {
    it.each<[string, () => KafkaSettings]>([
      ['by plain', () => at('login', { tls, login: as('plain') })],
      ['by scram-sha-256', () => at('login', { tls, login: as('scram-sha-256') })],
      ['by scram-sha-512', loggedIn],
      ['without a login', () => at('tls', { tls })],
      ['by a certificate', () => at('mutual', { tls: { ...tls, client } })],
      ['with a login, not encrypted', () => at('open', { login: as('scram-sha-256') })],
      ['to a server known by name', () => named(loggedIn())],
    ])('%s', async (_, settings) => {
      expect(await thereAndBack(settings())).toEqual(['there and back'])
    })
  })

  it('whole batches are read, not record by record', async () => {
    const warnings: string[] = []
    const listen = (warning: Error) => warnings.push(warning.message)
    process.on('warning', listen)
    await thereAndBack(loggedIn())
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })

  it('a login that ends is renewed while reading goes on', async () => {
    const log = kafkaEventLog(loggedIn())
    const topic = newTopic()
    await log.createTopic(topic, 1)
    const [writer, reader] = [
      await log.writer(topic),
      await log.reader({ topic, group: `group-${topic}` }),
    ]
    const untilMs = Date.now() + 1.2 * SESSION_MS
    let sent = 0
    let found = 0
    while (Date.now() < untilMs || found < sent) {
      if (Date.now() < untilMs) {
        await writer.append([{ key: 'k', value: Buffer.from(`value ${sent++}`) }])
      }
      found += (await reader.read([0], 200))?.count ?? 0
    }
    expect(found).toBe(sent)
    await Promise.all([writer.close(), reader.close()])
  })

  describe('is refused at once, with what to set:', () => {
    const wrongPassword = { ...USER, password: 'another-p4ss' }
    const other = new TestAuthority('another CA')
    it.each<[string, () => KafkaSettings, RegExp]>([
      [
        'a wrong password by plain',
        () => at('login', { tls, login: { mechanism: 'plain', ...wrongPassword } }),
        /does not let user "shop-user" in\. Mend KAFKA_PASSWORD.*\(plain\)/,
      ],
      [
        'a wrong password by scram',
        () => at('login', { tls, login: { mechanism: 'scram-sha-512', ...wrongPassword } }),
        /does not let user "shop-user" in\. Mend KAFKA_PASSWORD/,
      ],
      [
        'a login where none is wanted',
        () => at('tls', { tls, login: as('plain') }),
        /wants no login at this port\. Unset KAFKA_SASL_MECHANISM/,
      ],
      [
        'a CA that is not known',
        () => at('tls', { tls: { checksName: true } }),
        /set KAFKA_CA_FILE/,
      ],
      [
        'another CA',
        () => at('tls', { tls: { ca: other.cert, checksName: true } }),
        /set KAFKA_CA_FILE/,
      ],
      ['a certificate that has expired', () => at('expired', { tls }), /certificate has expired/],
      [
        'no certificate where one is wanted',
        () => at('mutual', { tls }),
        /set KAFKA_CERT_FILE and KAFKA_KEY_FILE/,
      ],
      [
        'a certificate of a stranger',
        () => at('mutual', { tls: { ...tls, client: other.issue({ name: 'windrow' }) } }),
        /set KAFKA_CERT_FILE and KAFKA_KEY_FILE/,
      ],
    ])('%s', async (_, settings, message) => {
      const error = await failure(settings())
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toMatch(message)
      expect(error.message).not.toContain('p4ss')
    })

    it('a mechanism that the broker does not have', async () => {
      const login = { ...USER, mechanism: 'oauthbearer' } as unknown as KafkaLogin
      const error = await failure(at('login', { tls, login }))
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toMatch(/no login by oauthbearer.*Set KAFKA_SASL_MECHANISM/)
    })
  })

  // A proxy before a broker that starts does the same, so these are waited for.
  describe('may be an outage, and says what else it may be:', () => {
    it.each<[string, () => KafkaSettings, RegExp]>([
      ['TLS where there is none', () => at('broker', { tls }), /is this its port for TLS\?/],
      ['no login where one is wanted', () => at('open'), /a login \(KAFKA_SASL_MECHANISM\)\?/],
    ])('%s', async (_, settings, message) => {
      const error = await failure(settings())
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error.message).toMatch(message)
    })
  })

  // The broker says so, in TLS, but often cuts the connection before that arrives: then it is told as what it may be.
  it('no TLS where it is wanted is told as that', async () => {
    expect((await failure(at('tls'))).message).toMatch(/KAFKA_TLS=on/)
  })

  describe('a user with the rights of docs/security.md', () => {
    const topic = 'ecommerce.events'
    const limited = () => at('login', { tls, login: as('scram-sha-512', LIMITED) })

    it('may do nothing without them, and is told so', async () => {
      await makeTopics(at('broker'), topic)
      const error = await failure(limited())
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toMatch(/user "limited-user" has no right to.*docs\/security\.md/)
    })

    it('reads events, sends some, sets aside and looks at that', async () => {
      await grant(at('broker'))
      const log = kafkaEventLog(limited())
      const writer = await log.writer(topic)
      await writer.append([{ key: 'k', value: Buffer.from('an event') }])
      await writer.close()
      const reader = await log.reader({ topic, group: `windrow-ecommerce/${topic}` })
      const batch = await reader.read([0], 20_000)
      expect(batch?.count).toBe(1)
      await reader.commit(reader.positions())
      await reader.close()
      for (const suffix of ['dead-letters', 'late']) {
        const store = await kafkaSetAside(limited(), `${topic}.${suffix}`)
        const place = { topic, partition: 0, offset: 0 }
        const why = { reason: 'json', field: '', detail: '', value: Buffer.from('x') }
        await store.append([{ ...why, ...place }])
        await store.close()
        const archive = kafkaArchive(limited(), `${topic}.${suffix}`)
        expect(await archive.find(place)).toMatchObject({ reason: 'json' })
        await archive.markReplayed([place])
        await archive.close()
      }
    })
  })

  const failure = (settings: KafkaSettings): Promise<Error> =>
    thereAndBack(settings).then(
      () => new Error('nothing failed'),
      (error: Error) => error,
    )
})

let topics = 0
const newTopic = () => `secured-${process.pid}-${Date.now()}-${topics++}`

const named = (settings: KafkaSettings): KafkaSettings => ({
  ...settings,
  brokers: settings.brokers.map((one) => one.replace('127.0.0.1', 'localhost')),
})

async function thereAndBack(settings: KafkaSettings): Promise<string[]> {
  const log = kafkaEventLog(settings)
  const topic = newTopic()
  await log.createTopic(topic, 1)
  const writer = await log.writer(topic)
  await writer.append([{ key: 'k', value: Buffer.from('there and back') }])
  await writer.close()
  const reader = await log.reader({ topic, group: `group-${topic}` })
  const batch = await reader.read([0], 10_000)
  await reader.close()
  return batch === undefined ? [] : [String(Buffer.from(valueAt(batch, 0) ?? []))]
}

async function makeTopics(settings: KafkaSettings, topic: string): Promise<void> {
  const client = kafkaClient(settings)
  for (const suffix of ['', '.dead-letters', '.late'])
    await ensureTopic(client, `${topic}${suffix}`, 1)
}

/** Runs the lines of the page. */
async function grant(settings: KafkaSettings): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs
  const lines = blocksOf('docs/security.md')
    .filter(({ words }) => words[1] === 'acls')
    .flatMap(({ text }) => text.trim().split('\n'))
  const acl = lines.flatMap((line) => {
    const flags = [...line.matchAll(/--([a-z-]+)(?: ([^-]\S*))?/g)].map(([, name, value]) => ({
      name,
      value,
    }))
    const of = (name: string) => flags.filter((one) => one.name === name).map(({ value }) => value)
    const [topic] = of('topic')
    const isPrefixed = of('resource-pattern-type').includes('prefixed')
    return of('operation').map((operation) => ({
      resourceType: topic === undefined ? AclResourceTypes.GROUP : AclResourceTypes.TOPIC,
      resourceName: topic ?? of('group')[0],
      resourcePatternType: isPrefixed
        ? ResourcePatternTypes.PREFIXED
        : ResourcePatternTypes.LITERAL,
      principal: of('allow-principal')[0].replace('windrow', LIMITED.username),
      host: '*',
      operation: AclOperationTypes[operation.toUpperCase() as keyof typeof AclOperationTypes],
      permissionType: AclPermissionTypes.ALLOW,
    }))
  })
  await withAdmin(kafkaClient(settings), (admin) => admin.createAcls({ acl }))
}
