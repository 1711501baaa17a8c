// For tests of encryption and logins: a Kafka and a MariaDB as they are in production, with certificates of a CA that the
// test makes, on free ports.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaWith } from '../services/kafka.ts'
import { mariadbWith } from '../services/mariadb.ts'
import { HOST, type Ports } from '../services/service.ts'
import { kafkaForTests, mysqlForTests } from '../services/testing.ts'
import type { Certificate, TestAuthority } from './certificates.ts'
import { own } from './own-servers.ts'

/** Long enough to be masked. */
export const USER = { username: 'shop-user', password: 'shop-p4ss=word' } as const
/** May do nothing until it is told what. */
export const LIMITED = { username: 'limited-user', password: 'limited-p4ss=word' } as const

/** Names that a server's certificate is for; `localhost` is the same one under a name. */
const HOSTS = [HOST, 'localhost']

/** Where a Kafka of `securedKafka` listens. */
const LISTENERS = {
  /** Encrypted, with a login. */
  login: 'SASL_SSL',
  /** Encrypted. */
  tls: 'SSL',
  /** Encrypted, for who shows a certificate. */
  mutual: 'SSL',
  /** Encrypted, with a certificate that has expired. */
  expired: 'SSL',
  /** A login, not encrypted. */
  open: 'SASL_PLAINTEXT',
} as const

/**
 * Kafka with a port for each of LISTENERS, and both users above by PLAIN and by SCRAM. The port `broker` asks for nothing
 * and may do everything, as do who comes without a login, with a certificate, or as USER.
 */
export async function securedKafka(authority: TestAuthority, sessionMs = 0) {
  const server = authority.issue({ name: 'kafka', hosts: HOSTS })
  const old = authority.issue({ name: 'kafka', hosts: HOSTS, isExpired: true })
  const properties = (ports: Ports) => {
    const names = Object.keys(LISTENERS)
    const all = [
      `PLAINTEXT://${HOST}:${ports.broker}`,
      ...names.map((name) => `${name.toUpperCase()}://${HOST}:${ports[name]}`),
    ].join(',')
    const protocols = Object.entries(LISTENERS).map(([name, is]) => `${name.toUpperCase()}:${is}`)
    return `${[
      `listeners=${all},CONTROLLER://${HOST}:${ports.controller}`,
      `advertised.listeners=${all}`,
      `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${protocols}`,
      ...(['login', 'tls', 'mutual'] as const).flatMap((name) => storeOf(name, server)),
      ...storeOf('expired', old),
      'listener.name.mutual.ssl.client.auth=required',
      'listener.name.mutual.ssl.truststore.type=PEM',
      `listener.name.mutual.ssl.truststore.certificates=${inOneLine(authority.cert)}`,
      ...(['login', 'open'] as const).flatMap(loginsOf),
      `connections.max.reauth.ms=${sessionMs}`,
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      `super.users=User:ANONYMOUS;User:${USER.username};User:CN=windrow`,
    ].join('\n')}\n`
  }
  const users = [USER, LIMITED].flatMap(({ username, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((m) => `${m}=[name=${username},password=${password}]`),
  )
  const ports = Object.fromEntries(Object.keys(LISTENERS).map((name) => [name, 0]))
  const started = await own(kafkaWith({ ports, properties, users }), kafkaForTests)
  return {
    end: () => started.end(),
    /** Of a listener, or the one without anything. */
    brokers: (listener: keyof typeof LISTENERS | 'broker') => [
      `${HOST}:${started.ports[listener]}`,
    ],
  }
}

/** The certificate of a listener. */
const storeOf = (listener: string, { cert, key }: Certificate): string[] => {
  const name = `listener.name.${listener}.ssl.keystore`
  return [
    `${name}.type=PEM`,
    `${name}.certificate.chain=${inOneLine(cert)}`,
    `${name}.key=${inOneLine(key)}`,
  ]
}

function loginsOf(listener: string): string[] {
  const name = `listener.name.${listener}`
  const users = [USER, LIMITED].map((one) => `user_${one.username}="${one.password}"`).join(' ')
  const module = 'org.apache.kafka.common.security'
  return [
    `${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
    `${name}.plain.sasl.jaas.config=${module}.plain.PlainLoginModule required ${users};`,
    `${name}.scram-sha-256.sasl.jaas.config=${module}.scram.ScramLoginModule required;`,
    `${name}.scram-sha-512.sasl.jaas.config=${module}.scram.ScramLoginModule required;`,
  ]
}

/** In a file of properties. */
const inOneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n')

/** MariaDB that can encrypt; whom it wants to is for the test to say (`REQUIRE SSL`, `REQUIRE X509`). */
export async function securedMariadb(authority: TestAuthority, { isExpired = false } = {}) {
  const { cert, key } = authority.issue({ name: 'mariadb', hosts: HOSTS, isExpired })
  const dir = mkdtempSync(join(tmpdir(), 'windrow-certificates-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 })
    return join(dir, name)
  }
  const started = await own(
    mariadbWith([
      `--ssl-ca=${file('ca.pem', authority.cert)}`,
      `--ssl-cert=${file('cert.pem', cert)}`,
      `--ssl-key=${file('key.pem', key)}`,
    ]),
    mysqlForTests,
  )
  return {
    address: started.address,
    end: async () => {
      await started.end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
