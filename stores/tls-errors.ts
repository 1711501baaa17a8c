// What an error of an encrypted connection means for the one who reads it. Certificates that are not right are no outage:
// waiting does not mend them.

/** Signed by somebody we were not told to trust. */
const UNTRUSTED =
  /SELF[_-]SIGNED_CERT|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|INVALID_(CA|PURPOSE)|CERT(IFICATE)?_SIGNATURE_FAILURE/
const EXPIRED = /CERT(IFICATE)?_HAS_EXPIRED/
const NOT_YET = /CERT(IFICATE)?_(IS_)?NOT_YET_VALID/
const OTHER_NAME = /CERT_ALTNAME_INVALID|DOES_NOT_MATCH_CERTIFICATE'S_ALTNAMES/
/** What the other side says of our certificate: none, or one it does not take. */
const REFUSES_OURS =
  /ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|NO_CERTIFICATE|HANDSHAKE_FAILURE|ACCESS_DENIED|UNSUPPORTED_CERT)/
/** What comes is no TLS. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST/
const NO_COMMON_VERSION = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE/

/**
 * A sentence for an error of TLS: what is wrong, and what to set; undefined: it is none. `store`: `KAFKA`, as in the names
 * of the variables; `address`: the one that names the server.
 */
export function tlsTrouble(
  error: { readonly code?: string | undefined; readonly message: string },
  { store, address }: { readonly store: string; readonly address: string },
): string | undefined {
  const { code = '', message } = error
  // Node's code, or where a client has put another one in its place what OpenSSL says in the message.
  const reason = `${code} ${message.toUpperCase().replaceAll(' ', '_')}`
  if (UNTRUSTED.test(reason))
    return `its certificate is not signed by an authority we trust: set ${store}_CA_FILE to the certificate of who signed it (PEM).`
  if (EXPIRED.test(reason))
    return 'its certificate has expired: renew it on the server, or set the clock of this machine right.'
  if (NOT_YET.test(reason))
    return 'its certificate is not valid yet: set the clock of this machine right, or that of who signed it.'
  if (OTHER_NAME.test(reason))
    return `its certificate is for other names: set ${address} to one of them, or give the server one for this name.`
  if (REFUSES_OURS.test(reason))
    return `it wants a certificate of ours, or another one: set ${store}_CERT_FILE and ${store}_KEY_FILE.`
  if (NO_TLS.test(reason))
    return `it does not speak TLS at this port: set ${address} to its port for TLS, or ${store}_TLS=off.`
  if (NO_COMMON_VERSION.test(reason))
    return 'it speaks no version of TLS that we do (1.2 and 1.3): switch one of these on there.'
  return undefined
}
