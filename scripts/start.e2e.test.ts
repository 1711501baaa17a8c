// `windrow start` as a new user has it: nothing but Node, an empty directory.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RunningProgram } from './testing/programs.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'windrow-start-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

/** Starts it and waits until the page is there. */
async function start(...flags: string[]): Promise<{ program: RunningProgram; url: string }> {
  const program = new RunningProgram('start', ['--rate', '100', ...flags], {
    WINDROW_DATA: dataDir,
  })
  const address = () => /the dashboard is at (\S+)/.exec(program.err)?.[1]
  await program.until('the address of the page', () => address() !== undefined)
  return { program, url: address() ?? '' }
}

/** Events in all windows the page shows. */
async function eventsOn(url: string): Promise<number> {
  const view = (await (await fetch(`${url}/api/view?range=1h`)).json()) as {
    panels: { totals: { now: number | null }[] }[]
  }
  return view.panels[0].totals[0].now ?? 0
}

describe('npm start', () => {
  it('shows numbers that move, stops on Ctrl-C, and goes on from where it was', async () => {
    const first = await start('--port', '0')
    expect(await (await fetch(first.url)).text()).toContain('<title>windrow</title>')
    let seen = 0
    await first.program.until('numbers', async () => {
      seen = await eventsOn(first.url)
      return seen > 0
    })
    await first.program.until('more numbers', async () => (await eventsOn(first.url)) > seen)
    const stopped = await first.program.stop('SIGINT')
    expect(stopped.code).toBe(0)
    expect(stopped.err).toMatch(/10,000 people made/)
    expect(stopped.err).toMatch(/stores: events SQLite .* demographics SQLite .* points SQLite/)
    const read = /([\d,]+) read: [\d,]+ counted/.exec(stopped.err.split('\n').at(-3) ?? '')?.[1]

    const second = await start('--port', '0')
    await second.program.until('its place', () => second.program.err.includes('goes on from'))
    expect(second.program.err).toMatch(/goes on from checkpoint \d+ \(/)
    expect(second.program.err).toContain(join(dataDir, 'checkpoints'))
    expect(second.program.err).toContain(`${read} read:`)
    expect(second.program.err).not.toContain('people made')
    expect((await second.program.stop('SIGTERM')).code).toBe(0)
  })

  it('takes the next port when the one asked for is taken, and says which', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const taken = (holder.address() as { port: number }).port
    const { program, url } = await start('--port', String(taken))
    expect(Number(new URL(url).port)).toBeGreaterThan(taken)
    expect((await program.stop('SIGINT')).code).toBe(0)
    holder.close()
  })

  it('refuses a port that is none, with exit code 2', async () => {
    const program = new RunningProgram('start', ['--port', 'many'], {
      WINDROW_DATA: dataDir,
    })
    const { code, err } = await program.ended
    expect(code).toBe(2)
    expect(err).toContain('--port: expected a port, 0 to 65535, got "many"')
  })
})
