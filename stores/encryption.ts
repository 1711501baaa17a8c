// How a connection is encrypted, from a store's variables: <STORE>_TLS and the files of certificates. What makes no sense
// together is refused here, and files are read here, once, so that a wrong one is told before anything is started.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Checked } from '../kit/config.ts'
import type { Problem } from '../kit/errors.ts'

export interface Encryption {
  /** Certificates in PEM form of who may have signed the server's; absent: the well-known authorities of Node. */
  readonly ca?: string
  /** By which we are known to the server, in PEM form, and its key. */
  readonly client?: { readonly cert: string; readonly key: string }
  /** The server's certificate must be for the name it is reached under. */
  readonly checksName: boolean
}

export interface EncryptionVariables {
  readonly tls?: 'on' | 'off' | 'verify-ca' | undefined
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** The value is undefined where connections are not encrypted. `store`: `KAFKA`, as in the names of the variables. */
export function encryptionFrom(
  store: string,
  { tls = 'off', caFile, certFile, keyFile }: EncryptionVariables,
): Checked<Encryption | undefined> {
  const problems: Problem[] = []
  const given = Object.entries({ CA_FILE: caFile, CERT_FILE: certFile, KEY_FILE: keyFile })
  const [first] = given.flatMap(([name, file]) => (file === undefined ? [] : `${store}_${name}`))
  if (tls === 'off' && first !== undefined) {
    const what = `expected on, as ${first} is set, got off; without encryption unset ${first}`
    return { problems: [{ where: `${store}_TLS`, what }] }
  }
  if (tls === 'off') return { value: undefined, problems: [] }
  if (tls === 'verify-ca' && caFile === undefined) {
    const what =
      'expected the file of the CA, as with verify-ca any certificate of it will do, whatever the name; it is not set'
    problems.push({ where: `${store}_CA_FILE`, what })
  }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [missing, there] = certFile === undefined ? ['CERT', 'KEY'] : ['KEY', 'CERT']
    const what = `expected a file, as ${store}_${there}_FILE is set; it is not set`
    problems.push({ where: `${store}_${missing}_FILE`, what })
  }
  const read = (name: string, file: string | undefined, check: (text: string) => void) => {
    if (file === undefined) return undefined
    try {
      const text = readFileSync(file, 'utf8')
      check(text)
      return text
    } catch (error) {
      const what = `${(error as Error).message}, got "${file}"`
      problems.push({ where: `${store}_${name}_FILE`, what })
      return undefined
    }
  }
  const ca = read('CA', caFile, checkCertificates)
  const cert = read('CERT', certFile, checkCertificates)
  const key = read('KEY', keyFile, (text) => checkKey(text, cert))
  if (problems.length > 0) return { problems }
  const value: Encryption = {
    checksName: tls === 'on',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { client: { cert, key } }),
  }
  return { value, problems: [] }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function checkCertificates(text: string): void {
  const found = text.match(CERTIFICATE) ?? []
  try {
    for (const one of found) new X509Certificate(one)
  } catch {
    found.length = 0
  }
  if (found.length > 0) return
  throw new Error(
    'expected certificates in PEM form (-----BEGIN CERTIFICATE-----; of a Java keystore: keytool -exportcert -rfc)',
  )
}

function checkKey(text: string, cert: string | undefined): void {
  if (/ENCRYPTED/.test(text))
    throw new Error('expected a key without passphrase (openssl pkey -in <this> -out <another>)')
  let isOf = true
  try {
    const key = createPrivateKey(text)
    if (cert !== undefined) isOf = new X509Certificate(cert).checkPrivateKey(key)
  } catch {
    throw new Error('expected a private key in PEM form (-----BEGIN PRIVATE KEY-----)')
  }
  if (!isOf) throw new Error('expected the key of the certificate beside it')
}
