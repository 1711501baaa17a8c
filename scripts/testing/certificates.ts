// Certificates for tests, made at run time: a CA and what it signs, by node:crypto alone. So no test needs openssl, and no
// key lies in the repository. The format: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

const DAY_MS = 86_400_000

/** Both as PEM; the key as PKCS #8. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** Common name. */
  readonly name: string
  /** Names and IPv4 addresses that the server is reached under. */
  readonly hosts?: readonly string[]
  /** It was right until yesterday. */
  readonly isExpired?: boolean
}

/** An authority of its own: nobody trusts it who is not given its certificate. */
export class TestAuthority {
  readonly cert: string
  readonly #name: string
  readonly #key: KeyObject

  constructor(name = 'windrow test CA') {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#name = name
    this.#key = pair.privateKey
    this.cert = this.#signed(name, pair.publicKey, BASIC_CA, false)
  }

  issue({ name, hosts = [], isExpired = false }: CertificateOptions): Certificate {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const extensions = hosts.length === 0 ? [] : alternativeNames(hosts)
    return {
      cert: this.#signed(name, pair.publicKey, extensions, isExpired),
      key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }

  #signed(subject: string, key: KeyObject, extensions: Buffer[], isExpired: boolean): string {
    const fromMs = Date.now() - 2 * DAY_MS
    const untilMs = Date.now() + (isExpired ? -1 : 1) * DAY_MS
    const body = sequence(
      tagged(0xa0, integer(Buffer.of(2))),
      integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
      ECDSA_WITH_SHA256,
      nameOf(this.#name),
      sequence(timeOf(fromMs), timeOf(untilMs)),
      nameOf(subject),
      key.export({ type: 'spki', format: 'der' }),
      ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
    )
    const signature = tagged(0x03, Buffer.of(0), sign('sha256', body, this.#key))
    return pemOf(sequence(body, ECDSA_WITH_SHA256, signature))
  }
}

/** ASN.1 in DER: a tag, the length, what is in it. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts)
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes)
const identifier = (...bytes: readonly number[]): Buffer => tagged(0x06, Buffer.from(bytes))

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))
/** 2.5.29.19, critical: it may sign others. */
const BASIC_CA = [
  sequence(
    identifier(0x55, 0x1d, 0x13),
    tagged(0x01, Buffer.of(0xff)),
    tagged(0x04, sequence(tagged(0x01, Buffer.of(0xff)))),
  ),
]

/** 2.5.4.3, the common name. */
const nameOf = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(identifier(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(name)))))

const timeOf = (ms: number): Buffer =>
  tagged(0x17, Buffer.from(new Date(ms).toISOString().replaceAll(/^..|[-:T]|\.\d+/g, '')))

/** 2.5.29.17 */
function alternativeNames(hosts: readonly string[]): Buffer[] {
  const names = hosts.map((host) =>
    isIPv4(host)
      ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
      : tagged(0x82, Buffer.from(host)),
  )
  return [sequence(identifier(0x55, 0x1d, 0x11), tagged(0x04, sequence(...names)))]
}

const pemOf = (der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
