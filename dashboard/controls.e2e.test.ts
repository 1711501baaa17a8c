// What one chooses with, in a real browser: range, filter, split, comparison, steps back, and the address that tells them.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { measurementOf } from '../data/definitions/metric.ts'
import { silentLog } from '../kit/log.ts'
import { chromiumForTests, describeWith } from '../scripts/services/testing.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { View } from './api.ts'
import { type Dashboard, startDashboard } from './server.ts'
import { faultsByAxe } from './testing/axe.ts'
import { launch, openPage } from './testing/browser.ts'
import { manyPanels } from './testing/kinds.ts'
import { sale } from './testing/shop.ts'

const WAIT = { timeout: 60_000 }
const MINUTE_MS = 60_000

describeWith([chromiumForTests()], 'controls of the dashboard page', ({ executablePath }) => {
  let browser: Browser
  let dashboard: Dashboard
  const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS

  beforeAll(async () => {
    browser = await launch(executablePath)
    const points = memoryPoints()
    const sales = Array.from({ length: 90 }, (_, n) => [
      sale(nowMs - n * MINUTE_MS, 'books', 10, 1, 'US'),
      sale(nowMs - n * MINUTE_MS, 'toys', 1, 1, n % 2 === 0 ? 'DE' : 'FR'),
    ])
    await points.write(sales.flat(), manyPanels.metrics.map(measurementOf))
    dashboard = await startDashboard({ pipeline: manyPanels, points, port: 0, log: silentLog })
  })
  afterAll(async () => {
    await browser?.close()
    await dashboard?.close()
  })

  async function open(hash: string, width = 1280) {
    const viewport = { width, height: 900 }
    const opened = await openPage(browser, `${dashboard.url}/${hash}`, { viewport })
    await opened.page.waitForSelector('.legend-entry')
    return opened
  }
  const categories = (page: Page) => page.locator('#panel-revenue_by_category').locator('../..')
  const legend = (page: Page) => categories(page).locator('.legend-name').allTextContents()
  const menuOf = (page: Page, label: string) =>
    page.locator('.filter', { hasText: label }).locator('summary')

  it('filters by what is ticked, tells it on the button, and takes it away', async () => {
    const { page, faults, close } = await open('#range=1h')
    expect(await legend(page)).toEqual(['books', 'toys'])
    await menuOf(page, 'Country').click()
    const choices = page.locator('.filter .choice:visible')
    await choices.first().waitFor()
    expect(await choices.locator('.choice-name').allTextContents()).toEqual([
      ...['United States', 'Germany', 'France'],
    ])
    await choices.filter({ hasText: 'Germany' }).click()
    await expect.poll(() => legend(page), WAIT).toEqual(['toys'])
    expect(page.url()).toContain('filter=country:DE')
    await choices.filter({ hasText: 'France' }).click()
    await expect.poll(() => page.url()).toContain('filter=country:DE&filter=country:FR')
    expect(await menuOf(page, 'Country').textContent()).toBe('Country: Germany, France')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'No filter by country' }).click()
    await expect.poll(() => legend(page), WAIT).toEqual(['books', 'toys'])
    expect(page.url()).not.toContain('filter')
    expect(faults).toEqual([])
    await close()
  })

  it('says when the filter lets nothing through, and how to go on', async () => {
    const { page, faults, close } = await open('#range=1h')
    await page.goto(`${dashboard.url}/#range=1h&filter=category:boats&filter=country:ZZ`)
    await page.waitForSelector('#notice:visible')
    expect(await page.locator('#notice').textContent()).toContain('matches the filter')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expect.poll(() => legend(page), WAIT).toEqual(['books', 'toys'])
    expect(faults).toEqual([])
    await close()
  })

  it('splits a panel by another tag, or by none', async () => {
    const { page, faults, close } = await open('#range=1h')
    const split = page.getByRole('combobox', { name: 'Split Revenue by category by' })
    await split.selectOption('country')
    await expect.poll(() => legend(page), WAIT).toEqual(['United States', 'Germany', 'France'])
    expect(page.url()).toContain('split=revenue_by_category:country')
    await split.selectOption('nothing')
    await expect.poll(() => legend(page), WAIT).toEqual(['Revenue'])
    await page.reload()
    await page.waitForSelector('.legend-entry')
    expect(await split.inputValue()).toBe('')
    await split.selectOption('category')
    await expect.poll(() => page.url()).not.toContain('split')
    expect(faults).toEqual([])
    await close()
  })

  it('compares with the stretch before when asked to', async () => {
    const { page, faults, close } = await open('#range=30d')
    expect(await page.locator('#stretch').textContent()).not.toContain('compared')
    await page.getByRole('checkbox', { name: 'Compare' }).check()
    await expect.poll(() => page.locator('#stretch').textContent(), WAIT).toContain('compared with')
    expect(page.url()).toContain('compare=1')
    const [fromMs, toMs] = [nowMs - 59 * MINUTE_MS, nowMs + MINUTE_MS]
    const view: View = await page.evaluate(
      `fetch('/api/view?from=${fromMs}&to=${toMs}&compare=1').then((answer) => answer.json())`,
    )
    const panel = view.panels.find(({ id }) => id === 'revenue_by_category')
    if (panel?.kind !== 'series') throw new Error('expected a series')
    // Sixty minutes, thirty in the hour before.
    expect(panel.series[0].total).toBe(600)
    expect(panel.series[0].before?.total).toBe(300)
    expect(faults).toEqual([])
    await close()
  })

  it('shows a stretch from two times, refuses a wrong one, and every step can be undone', async () => {
    const { page, faults, close } = await open('#range=1h')
    const summary = page.locator('#controls summary')
    await summary.click()
    const [from, to] = [
      page.getByLabel('From', { exact: true }),
      page.getByLabel('To', { exact: true }),
    ]
    const start = await from.inputValue()
    await to.fill(start)
    await page.getByRole('button', { name: 'Show this stretch' }).click()
    expect(await page.getByRole('alert').first().textContent()).toContain('an end after the start')
    const toMs = new Date(start).getTime() + 20 * MINUTE_MS
    const end = new Date(toMs - new Date(toMs).getTimezoneOffset() * MINUTE_MS).toISOString()
    await to.fill(end.slice(0, 19))
    await page.getByRole('button', { name: 'Show this stretch' }).click()
    await expect.poll(() => page.url()).toContain(`to=${toMs}`)
    await expect.poll(() => page.locator('#back').isVisible(), WAIT).toBe(true)
    expect(await summary.textContent()).toBe('From – to')
    await page.getByRole('checkbox', { name: 'Compare' }).check()
    await expect.poll(() => page.url()).toContain('compare=1')
    await page.goBack()
    expect(page.url()).not.toContain('compare')
    expect(await page.getByRole('checkbox', { name: 'Compare' }).isChecked()).toBe(false)
    await page.locator('#back').click()
    await expect.poll(() => summary.textContent(), WAIT).toBe('Last hour')
    expect(page.url()).toContain('#range=1h')
    await page.goForward()
    await expect.poll(() => summary.textContent(), WAIT).toBe('From – to')
    expect(faults).toEqual([])
    await close()
  })

  it('opens an old address, and one with names that are no more', async () => {
    const { page, faults, close } = await open('#range=1h&theme=dark&split=gone:x&filter=gone:y')
    expect(await page.locator('#controls summary').textContent()).toBe('Last hour')
    expect(await legend(page)).toEqual(['books', 'toys'])
    expect(faults).toEqual([])
    await close()
  })

  it.each([1280, 360])('fits %i px with every menu open, and axe finds nothing', async (width) => {
    const { page, faults, close } = await open('#range=1h&filter=country:DE&compare=1', width)
    for (const summary of await page.locator('summary:visible').all()) {
      await summary.click()
      const box = (await page.locator('details[open] .menu-box').boundingBox())!
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(width)
      const wide = 'document.querySelector("details[open] .menu-box")'
      expect(await page.evaluate(`${wide}.scrollWidth <= ${wide}.clientWidth`)).toBe(true)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      await page.keyboard.press('Escape')
    }
    await menuOf(page, 'Country').click()
    await page.locator('.filter .choice:visible').first().waitFor()
    expect(await faultsByAxe(page)).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
})
