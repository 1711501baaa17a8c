// Definitions that change under a running `windrow start`: from pressing return to the number on the page, and back.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openPage } from '../../dashboard/testing/browser.ts'
import { chromiumForTests, describeWith } from '../services/testing.ts'
import { RunningProgram, runToEnd } from '../testing/programs.ts'
import { copyOfProject } from '../testing/project-copy.ts'

const NEW = 'metric clicks_by_country --where event_type=click --by country'.split(' ')
const FILE = 'data/ecommerce/clicks-by-country.ts'
const WAIT_MS = 300_000

describeWith([chromiumForTests()], 'windrow start, while definitions change,', (chromium) => {
  const copy = copyOfProject()
  const stores = { WINDROW_DATA: join(copy, 'stores-of-test') }
  let browser: Browser
  beforeAll(async () => {
    browser = await launch(chromium.executablePath)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(copy, { recursive: true })
  })

  it('computes a new metric from its history on, shows it, and keeps what it has when one is wrong', async () => {
    const program = new RunningProgram('start', ['--port', '0', '--rate', '20'], stores, copy)
    const url = () => /the dashboard is at (\S+)/.exec(program.err)?.[1] ?? ''
    await program.until('the page', () => url() !== '')
    const { page, close } = await openPage(browser, url())
    await page.waitForSelector('.legend-entry', { timeout: WAIT_MS })

    const beganMs = Date.now()
    await runToEnd('new', NEW, stores, 0, copy)
    const panel = page.locator('.panel', {
      has: page.locator('h3', { hasText: 'Clicks by country' }),
    })
    const number = panel.locator('.legend-entry').first()
    await program.until('the panel', () => number.isVisible(), WAIT_MS)
    const seconds = ((Date.now() - beganMs) / 1000).toFixed(1)
    process.stdout.write(`from return to the number on the page: ${seconds} s\n`)
    expect(program.err).toMatch(/definitions changed \(\+ clicks_by_country\)/)
    // Its history, as that of the others: not only what came since.
    const hasHistory = async () => (await firstMs('clicks_by_country')) < beganMs - 30 * 60_000
    await program.until('the history', hasHistory, WAIT_MS)

    const right = readFileSync(join(copy, FILE), 'utf8')
    writeFileSync(join(copy, FILE), right.replace("by: ['country']", "by: ['contry']"))
    const isTold = () => /clicks-by-country\.ts:\d+: .*did you mean "country"\?/.test(program.err)
    await program.until('the error', isTold, WAIT_MS)
    writeFileSync(join(copy, FILE), right.replaceAll("'country'", "'category'"))
    const isRebuilt = () => program.err.split('goes on with the others').length === 3
    await program.until('the change', isRebuilt, WAIT_MS)
    expect(program.err).toContain('(~ clicks_by_country)')

    const { code } = await program.stop('SIGINT')
    expect(code).toBe(0)
    // Nothing was lost on the way: the books balance, and the store has what the log says.
    await runToEnd('stream', ['--once'], stores, 0, copy)
    await runToEnd('audit', [], stores, 0, copy)
    await runToEnd('verify', ['all'], stores, 0, copy)
    await close()

    async function firstMs(id: string): Promise<number> {
      const view = (await (await fetch(`${url()}/api/view?range=1h`)).json()) as {
        panels: { id: string; edges: number[]; totals: { values: (number | null)[] }[] }[]
      }
      const shown = view.panels.find((one) => one.id === id)
      const at = shown?.totals[0].values.findIndex((value) => value !== null && value > 0) ?? -1
      return at < 0 ? Number.POSITIVE_INFINITY : (shown?.edges[at] ?? 0)
    }
  }, 900_000)
})
