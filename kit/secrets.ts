// Secrets stay out of everything that people read. Where they are read from the environment they are made known here; every
// message of our errors, every log line and the trace of a crash goes through `masked`, as servers and libraries may repeat
// what they were sent.

const MASK = '******'

/** A shorter one cannot be told from an ordinary word: a password "windrow" would mask every second line. */
export const MASKED_FROM_LENGTH = 8

const known = new Set<string>()

/** From now on `masked` hides it, as it is and as it is written in addresses, headers and JSON. */
export function keepSecret(secret: string): void {
  // InfluxDB 1: user:password.
  const password = secret.slice(secret.indexOf(':') + 1)
  for (const one of [secret, password]) {
    const forms = [one, encodeURIComponent(one), inBase64(one), JSON.stringify(one).slice(1, -1)]
    for (const form of forms) if (one.length >= MASKED_FROM_LENGTH) known.add(form)
  }
}

/** The text without known secrets, and without passwords in addresses, known or not. */
export function masked(text: string): string {
  let out = text
  for (const secret of known) out = out.replaceAll(secret, MASK)
  return (
    out
      // Bounded, as text of strangers must not make it slow.
      // scheme://user:password@host
      .replaceAll(/(:\/\/)[^\s"'`/][^\s"'`]{0,255}@/g, `$1${MASK}@`)
      // user:password@host
      .replaceAll(/[^\s"'`/,:@]{1,128}:[^\s"'`/,@]{1,128}@/g, `${MASK}@`)
      .replaceAll(/([?&](?:p|pass|password|token|secret)=)[^\s"'`&]+/gi, `$1${MASK}`)
  )
}

const inBase64 = (text: string): string => Buffer.from(text).toString('base64')
