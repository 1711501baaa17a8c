// Which names a local HTTP server answers to. A page of a stranger can let its own name point at 127.0.0.1 and then read
// what the browser gets from there (DNS rebinding): the Host header still bears the stranger's name.

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** Whether only this machine reaches a server that listens on `host`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(host)

/** An address as it stands in a URL. */
export const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/**
 * Whether a request with this Host header is meant for a server that listens on `listenHost`. One that listens on more than
 * loopback is reached under names it cannot know: there any is right.
 */
export function isOurHost(header: string | undefined, listenHost: string): boolean {
  if (!isLoopback(listenHost)) return true
  const name = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(header ?? '')?.[1].toLowerCase()
  return name !== undefined && [...LOOPBACK_NAMES, urlHost(listenHost).toLowerCase()].includes(name)
}

/** The answer to a request for another host, with status 421. Does not repeat what was asked for. */
export const WRONG_HOST =
  'This server listens on this machine only and answers to localhost, 127.0.0.1 and [::1]. ' +
  'A proxy in front of it must send one of these as Host; to be reached under another name it must listen on ' +
  'another address.'
