import { describe, expect, it } from 'vitest'
import { ConfigError } from './errors.ts'
import { listenOnFreePort } from './listen.ts'

const failing = (code: string) => Object.assign(new Error(code), { code })

/** Listening where only `free` ports are; tells which were tried. */
function portsFree(...free: number[]) {
  const tried: number[] = []
  const listen = async (port: number) => {
    tried.push(port)
    if (!free.includes(port)) throw failing('EADDRINUSE')
    return port
  }
  return { tried, listen }
}

describe('listenOnFreePort', () => {
  it('takes the asked port when it is free', async () => {
    const { tried, listen } = portsFree(4000, 4001)
    expect(await listenOnFreePort(4000, listen)).toBe(4000)
    expect(tried).toEqual([4000])
  })

  it('tries the next ones in order', async () => {
    const { tried, listen } = portsFree(4003, 4007)
    expect(await listenOnFreePort(4000, listen)).toBe(4003)
    expect(tried).toEqual([4000, 4001, 4002, 4003])
  })

  it('gives up after 20 more, and says which', async () => {
    const { tried, listen } = portsFree()
    await expect(listenOnFreePort(4000, listen)).rejects.toThrow(
      '--port: expected a free port from 4000 to 4020, all are taken',
    )
    expect(tried).toHaveLength(21)
  })

  it('does not go beyond the last port, nor on from 0', async () => {
    const last = portsFree()
    await expect(listenOnFreePort(65_530, last.listen)).rejects.toThrow(ConfigError)
    expect(last.tried.at(-1)).toBe(65_535)
    const any = portsFree(0)
    expect(await listenOnFreePort(0, any.listen)).toBe(0)
  })

  it.each([
    ['EACCES', '--port: port 80 needs more rights'],
    ['EADDRNOTAVAIL', '--host: expected an address of this machine'],
  ])('tells %s as a wrong flag at once', async (code, message) => {
    const tries: number[] = []
    const listen = async (port: number) => {
      tries.push(port)
      throw failing(code)
    }
    await expect(listenOnFreePort(80, listen)).rejects.toThrow(message)
    expect(tries).toEqual([80])
  })

  it('passes any other error on', async () => {
    const bug = new TypeError('a bug')
    await expect(listenOnFreePort(1, () => Promise.reject(bug))).rejects.toBe(bug)
  })
})
