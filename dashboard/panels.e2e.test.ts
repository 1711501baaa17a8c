// Every kind of panel in a real browser, from a made-up view: what it draws, how it is read, how much work it is.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { silentLog } from '../kit/log.ts'
import { chromiumForTests, describeWith } from '../scripts/services/testing.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PipelineInfo, View } from './api.ts'
import { type Dashboard, startDashboard } from './server.ts'
import { faultsByAxe } from './testing/axe.ts'
import { samplePipeline, sampleView } from './testing/sample-views.ts'

const ARGUMENTS = [
  ...['--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]
/** In place of the server's events: the test pushes views itself. */
const PUSHED = `
  window.EventSource = class extends EventTarget {
    constructor() {
      super()
      window.push = (view) =>
        this.dispatchEvent(new MessageEvent('view', { data: JSON.stringify(view) }))
      setTimeout(() => this.dispatchEvent(new Event('open')))
    }
    close() {}
  }`

describeWith([chromiumForTests()], 'panels of the dashboard page', ({ executablePath }) => {
  let browser: Browser
  let dashboard: Dashboard

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ARGUMENTS })
    const points = memoryPoints()
    dashboard = await startDashboard({ pipeline: ecommerce, points, port: 0, log: silentLog })
  })
  afterAll(async () => {
    await browser?.close()
    await dashboard?.close()
  })

  const push = (page: Page, view: View) => page.evaluate(`push(${JSON.stringify(view)})`)

  /** The page with these panels; `faults` are console errors and failures. */
  async function open(
    options: BrowserContextOptions = {},
    pipeline: PipelineInfo = samplePipeline(),
    view: View = sampleView(),
  ) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'UTC',
      ...options,
    })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    await page.route('**/api/pipeline', (route) => route.fulfill({ json: pipeline }))
    await page.addInitScript(PUSHED)
    await page.goto(dashboard.url)
    await page.waitForFunction('window.push !== undefined')
    await push(page, view)
    await page.waitForSelector('.panel .panel-note', { state: 'hidden' })
    return { page, faults, close: () => context.close() }
  }

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('have nothing that axe finds serious: %s, %i px', async (colorScheme, width) => {
    const { page, faults, close } = await open({ colorScheme, viewport: { width, height: 900 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    expect(await faultsByAxe(page)).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
})
