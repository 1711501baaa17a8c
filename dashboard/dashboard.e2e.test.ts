// The page in a real browser: it loads, moves when points are written, and works in every size and theme.
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { panelsOf } from '../data/definitions/metric.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { silentLog } from '../kit/log.ts'
import { chromiumForTests, describeWith } from '../scripts/services/testing.ts'
import { type Dashboard, startDashboard } from './server.ts'
import { below } from './testing/below-path.ts'
import { launch, openPage } from './testing/browser.ts'
import { samplePoints } from './testing/sample.ts'
import { measurements, sale } from './testing/shop.ts'
import { switchableStore } from './testing/switchable-store.ts'

const WAIT_MS = 60_000

describeWith([chromiumForTests()], 'the dashboard page', ({ executablePath }) => {
  let browser: Browser
  const dashboards: Dashboard[] = []

  beforeAll(async () => {
    browser = await launch(executablePath)
  })
  afterAll(async () => {
    await browser?.close()
    for (const dashboard of dashboards) await dashboard.close()
  })

  async function start() {
    const points = switchableStore()
    const dashboard = await startDashboard({ pipeline: smallShop, points, port: 0, log: silentLog })
    dashboards.push(dashboard)
    return { points, url: dashboard.url }
  }

  /** A store with the last hour of a shop, or less. */
  async function startWithData(sinceMs = 3_600_000) {
    const started = await start()
    const nowMs = Date.now()
    const points = samplePoints({ fromMs: nowMs - sinceMs, toMs: nowMs - 15_000, clicks: 200 })
    await started.points.write(points, measurements)
    // Read once, so that pages show the whole range at once, however slow the machine is.
    const read = await fetch(`${started.url}/api/view?points=100`)
    expect(read.status).toBe(200)
    return started
  }

  const open = (url: string, options?: BrowserContextOptions) => openPage(browser, url, options)

  const number = (page: Page, label: string) =>
    page.locator('.total', { hasText: label }).first().locator('.total-number')
  const exactly = async (page: Page, label: string) =>
    Number((await number(page, label).getAttribute('title'))?.replace(/[$,]/g, ''))
  /** In the page; as text, since the types of the browser are not those of tests. */
  const ask = <T>(page: Page, expression: string) => page.evaluate<T>(expression)
  const inkedPixels = (page: Page) =>
    ask<number[]>(
      page,
      `[...document.querySelectorAll('canvas')].map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        return data.filter((value, index) => index % 4 === 3 && value > 0).length
      })`,
    )

  it('shows a panel and totals for every metric, without errors or requests elsewhere', async () => {
    const { url } = await startWithData()
    const { page, faults, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    const titles = await page.locator('.panel h3').allTextContents()
    expect(titles).toEqual(
      smallShop.metrics.flatMap((metric) => panelsOf(metric).map(({ title }) => title)),
    )
    expect(await page.locator('.total').count()).toBe(5)
    expect(await number(page, 'Revenue').textContent()).toMatch(/^\$[\d,.]+[KM]?$/)
    expect(await page.title()).toBe('Ecommerce · windrow')
    for (const drawn of await inkedPixels(page)) expect(drawn).toBeGreaterThan(2000)
    expect(await page.locator('#status').getAttribute('data-state')).toBe('live')
    expect(faults).toEqual([])
    await close()
  })

  it('works below a path, as behind a proxy with a login', async () => {
    const { url } = await startWithData()
    const proxy = await below(url, '/shop/')
    const { page, faults, close } = await open(proxy.url)
    await page.waitForSelector('.legend-entry')
    expect(await page.locator('#status').getAttribute('data-state')).toBe('live')
    await page.locator('.filter summary').first().click()
    await page.locator('.filter .choice:visible').first().waitFor()
    expect(faults).toEqual([])
    await close()
    proxy.close()
  })

  it('moves when points are written, with the exact numbers', async () => {
    // So little that none of it leaves the range shown while the test runs.
    const { points, url } = await startWithData(120_000)
    const { page, faults, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    const before = await exactly(page, 'Revenue')
    const timeMs = Math.floor(Date.now() / 10_000) * 10_000
    await points.write([sale(timeMs, 'books', 1234.56, 3)], measurements)
    await expect
      .poll(() => exactly(page, 'Revenue'), { timeout: WAIT_MS })
      .toBeCloseTo(before + 1234.56, 6)
    expect(faults).toEqual([])
    await close()
  })

  it('says what to do while there is no data, and fills by itself', async () => {
    const { points, url } = await start()
    const { page, faults, close } = await open(url)
    await page.waitForSelector('#empty:visible')
    expect(await page.locator('#filters').isVisible()).toBe(false)
    expect(await page.locator('#empty').textContent()).toContain('windrow produce')
    expect(await page.locator('#empty').textContent()).toContain('windrow stream')
    await points.write([sale(Date.now() - 20_000, 'books', 5)], measurements)
    await page.waitForSelector('.legend-entry', { timeout: WAIT_MS })
    expect(await page.locator('#empty').isVisible()).toBe(false)
    expect(faults).toEqual([])
    await close()
  })

  it('shows old data by itself and says so; a chosen range is kept', async () => {
    const { points, url } = await start()
    const fromMs = Date.parse('2010-12-01T08:26:00Z')
    await points.write(samplePoints({ fromMs, toMs: fromMs + 600_000 }), measurements)
    const { page, faults, close } = await open(url)
    await page.waitForSelector('#notice:visible')
    expect(await page.locator('#notice').textContent()).toContain('1 Dec 2010')
    expect(await page.locator('input[value=all]').isChecked()).toBe(true)
    expect(await exactly(page, 'Orders')).toBeGreaterThan(100)
    await page.goto(`${url}/#range=1h`)
    await page.reload()
    const all = page.getByRole('button', { name: 'Show all data' })
    await all.waitFor()
    expect(await page.locator('input[value="1h"]').isChecked()).toBe(true)
    await all.click()
    await page.waitForSelector('.legend-entry')
    expect(page.url()).toContain('range=all')
    expect(faults).toEqual([])
    await close()
  })

  it('changes the range by mouse and keyboard, and keeps it in the address', async () => {
    const { url } = await startWithData()
    const { page, faults, close } = await open(`${url}/#range=15m`)
    await page.waitForSelector('.legend-entry')
    const quarter = await exactly(page, 'Events')
    await page.locator('#controls summary').click()
    await page.locator('label', { hasText: 'Last hour' }).click()
    await expect
      .poll(() => exactly(page, 'Events'), { timeout: WAIT_MS })
      .toBeGreaterThan(quarter * 2)
    expect(page.url()).toContain('#range=1h')
    await page.locator('#controls summary').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.url()).toContain('range=3h')
    await page.keyboard.press('Escape')
    expect(await page.locator('.range-menu').isVisible()).toBe(false)
    await page.reload()
    expect(await page.locator('#controls summary').textContent()).toBe('Last 3 hours')
    expect(faults).toEqual([])
    await close()
  })

  it('zooms into what is dragged over, and goes back', async () => {
    const { url } = await startWithData()
    const { page, faults, close } = await open(`${url}/#range=1h`)
    await page.waitForSelector('.legend-entry')
    const box = (await page.locator('.u-over').first().boundingBox())!
    await page.mouse.move(box.x + box.width * 0.3, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 })
    await page.mouse.up()
    await page.waitForSelector('#back:visible')
    const [, from, to] = /from=(\d+)&to=(\d+)/.exec(page.url()) ?? []
    const minutes = (Number(to) - Number(from)) / 60_000
    expect(minutes).toBeGreaterThan(10)
    expect(minutes).toBeLessThan(14)
    await page.click('#back')
    await expect.poll(() => page.url()).not.toContain('from=')
    expect(faults).toEqual([])
    await close()
  })

  it('tells the values under the cursor, by mouse and by keyboard', async () => {
    const { url } = await startWithData()
    const { page, faults, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    const panel = page.locator('.panel').nth(1)
    await panel.locator('.u-over').hover({ position: { x: 200, y: 80 } })
    expect(await panel.locator('.tooltip').textContent()).toMatch(/\d\d:\d\d – .*books\$/)
    await page.mouse.move(5, 5)
    expect(await panel.locator('.tooltip').isVisible()).toBe(false)
    await panel.locator('.panel-plot').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    // Until an hour after midnight with the day before it.
    expect(await page.locator('#spoken').textContent()).toMatch(
      /^(\d+ \w+, )?\d\d:\d\d – .*books \$/,
    )
    const entry = panel.locator('.legend-entry').first()
    await entry.click()
    expect(await entry.getAttribute('aria-pressed')).toBe('false')
    expect(faults).toEqual([])
    await close()
  })

  it('follows the system’s theme until another is chosen, which is remembered', async () => {
    const { url } = await startWithData()
    const { page, faults, close } = await open(url, { colorScheme: 'dark' })
    const lightness = async () => {
      const colour = 'getComputedStyle(document.body).backgroundColor'
      return Number(/\d+/.exec(await ask<string>(page, colour))?.[0])
    }
    expect(await lightness()).toBeLessThan(60)
    await page.getByRole('button', { name: 'Use the light theme' }).click()
    expect(await lightness()).toBeGreaterThan(200)
    await page.goto(`${url}/?again`)
    expect(await lightness()).toBeGreaterThan(200)
    expect(faults).toEqual([])
    await close()
  })

  it('fits a phone: nothing to scroll sideways, in any state', async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true }
    const [filled, empty] = [await startWithData(), await start()]
    for (const [url, ready] of [
      [filled.url, '.legend-entry'],
      [empty.url, '#empty:visible'],
    ]) {
      const { page, faults, close } = await open(url, phone)
      await page.waitForSelector(ready)
      expect(await ask<number>(page, 'document.documentElement.scrollWidth')).toBe(360)
      expect(faults).toEqual([])
      await close()
    }
  })

  it('shows tag values as the text they are', async () => {
    const { points, url } = await start()
    const nasty = '<img src=x onerror="document.title=1">'
    await points.write([sale(Date.now() - 20_000, nasty, 5)], measurements)
    const { page, faults, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    await page.locator('.u-over').nth(1).hover()
    expect(await page.locator('.legend-name', { hasText: nasty }).count()).toBe(1)
    expect(await page.locator('img').count()).toBe(0)
    expect(faults).toEqual([])
    await close()
  })

  it('says when the store does not answer, keeps the numbers, and goes on', async () => {
    const { points, url } = await startWithData()
    const { page, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    points.goDown('InfluxDB does not answer')
    await page.waitForSelector('#banner:visible', { timeout: WAIT_MS })
    expect(await page.locator('#banner').textContent()).toContain('InfluxDB does not answer')
    expect(await exactly(page, 'Events')).toBeGreaterThan(1000)
    points.recover()
    await page.waitForSelector('#banner', { state: 'hidden', timeout: WAIT_MS })
    await close()
  })

  it('weighs less than 300 KB, compressed, and asks for nothing twice', async () => {
    const { url } = await startWithData()
    const { page, close } = await open(url)
    await page.waitForSelector('.legend-entry')
    const addresses = await ask<string[]>(
      page,
      `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(({ name }) => name).filter((name) => !name.includes('/api/'))`,
    )
    expect(new Set(addresses).size).toBe(addresses.length)
    const sizes = await Promise.all(
      addresses.map(async (address) => {
        const body = await (await fetch(address)).arrayBuffer()
        return gzipSync(new Uint8Array(body)).length
      }),
    )
    const bytes = sizes.reduce((sum, one) => sum + one, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(300_000)
    await close()
  })
})
