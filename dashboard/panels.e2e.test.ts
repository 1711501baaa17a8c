// Every kind of panel in a real browser, from a made-up view: what it draws, how it is read, how much work it is.
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { measurementOf } from '../data/definitions/metric.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { silentLog } from '../kit/log.ts'
import { chromiumForTests, describeWith } from '../scripts/services/testing.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PanelInfo, PanelView, PipelineInfo, View } from './api.ts'
import { formatValue } from './public/format.js'
import { type Dashboard, startDashboard } from './server.ts'
import { faultsByAxe } from './testing/axe.ts'
import { launch, openPage } from './testing/browser.ts'
import { manyPanels } from './testing/kinds.ts'
import { samplePoints } from './testing/sample.ts'
import {
  samplePipeline,
  samplePipelineOf,
  sampleView,
  sampleViewOf,
} from './testing/sample-views.ts'

const WAIT_MS = 60_000
/** In place of the server's events: the test pushes views itself. */
const PUSHED = `
  window.EventSource = class extends EventTarget {
    constructor() {
      super()
      const send = (event, data) =>
        this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }))
      window.push = ({ panels, ...frame }) => {
        for (const panel of panels) send('panel', { panel, kept: { from: 0, count: 0 } })
        send('view', frame)
      }
      setTimeout(() => this.dispatchEvent(new Event('open')))
    }
    close() {}
  }`

/** Notes each time a chart is drawn, by its panel, and what is written in it. */
const COUNTED = `
  window.drawn = []
  window.written = []
  const { clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    drawn.push(this.canvas.closest('.panel')?.getAttribute('aria-labelledby'))
    clearRect.apply(this, box)
  }
  const { fillText } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    written.push(text)
    fillText.call(this, text, ...place)
  }`
const UNTIL_CALM = `new Promise((done) => {
  let [seen, calm] = [-1, 0]
  const look = () => {
    calm = drawn.length === seen ? calm + 1 : 0
    seen = drawn.length
    calm < 10 ? requestAnimationFrame(look) : done()
  }
  look()
})`

describeWith([chromiumForTests()], 'panels of the dashboard page', ({ executablePath }) => {
  let browser: Browser
  let dashboard: Dashboard

  beforeAll(async () => {
    browser = await launch(executablePath)
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
    const { page, faults, close } = await openPage(
      browser,
      dashboard.url,
      { timezoneId: 'UTC', ...options },
      async (empty) => {
        await empty.route('**/api/pipeline', (route) => route.fulfill({ json: pipeline }))
        await empty.addInitScript(PUSHED + COUNTED)
      },
    )
    // Not `waitForFunction`: when it has to wait it makes code from text, which the page forbids.
    await expect
      .poll(() => page.evaluate('window.push !== undefined'), { timeout: WAIT_MS })
      .toBe(true)
    await push(page, view)
    await expect
      .poll(() => page.locator('.panel-note:visible').count(), { timeout: WAIT_MS })
      .toBe(0)
    return { page, faults, close }
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

  const panelOf = (page: Page, id: string) => page.locator(`[aria-labelledby="panel-${id}"]`)
  const spoken = (page: Page) => page.locator('#spoken').textContent()

  it('draw what the view says, each in its way', async () => {
    const { page, faults, close } = await open()
    const text = (id: string) => panelOf(page, id).locator('.panel-body').innerText()
    expect(await text('share')).toMatch(/electronics\s+\$38,120\s+38\.4%/)
    expect(await panelOf(page, 'share').locator('.slice').count()).toBe(5)
    expect(await text('ranking')).toMatch(/Germany\s+\$31,877\s+22\.3%\s+▲ \+7\.5%/)
    expect(await text('ranking')).toContain('24 others')
    expect(await text('funnel')).toContain(
      '4.6% reach the end. Biggest drop: 72.9% leave between “Product views” and “Carts”.',
    )
    expect(await text('ages')).toMatch(/1,840\s+18-24\s+3,120\s+25-34/)
    expect(await text('table')).toMatch(/electronics\s+\$38,120 ▲ \+7\.5%\s+953 ▲ \+138%/)
    expect(await panelOf(page, 'heat').locator('.heat-row .heat-cell').count()).toBe(7 * 24)
    expect(await text('percentiles')).toMatch(/P99\s+\$6,374/)
    expect(faults).toEqual([])
    await close()
  })

  it('are read by keyboard, value by value', async () => {
    const { page, faults, close } = await open()
    for (const [id, keys, words] of [
      [
        'ages',
        ['Home', 'ArrowRight'],
        '25-34: 3,120, 29.5% of all, +7.5% against the period before',
      ],
      ['share', ['End'], 'sports: $6,412.00, 6.5% of all'],
      ['heat', ['Home', 'ArrowDown', 'ArrowRight'], 'Mon 9 Mar, 01:00 – 02:00: $566.00'],
    ] as const) {
      await panelOf(page, id).locator('.panel-plot').focus()
      for (const key of keys) await page.keyboard.press(key)
      expect(await spoken(page)).toBe(words)
    }
    await panelOf(page, 'percentiles').locator('.panel-plot').focus()
    await page.keyboard.press('Home')
    expect(await spoken(page)).toBe('10:00 – 10:01: P99 $100.00, P95 $66.83, P50 $45.46')
    expect(faults).toEqual([])
    await close()
  })

  it('are given as a table and as CSV, with the numbers drawn', async () => {
    const { page, faults, close } = await open()
    const ranking = panelOf(page, 'ranking')
    await ranking.getByRole('button', { name: 'as a table' }).click()
    const head = await ranking.locator('.grid thead th').allTextContents()
    expect(head).toEqual(['Country', 'Revenue', 'Share', 'Period before', 'Change'])
    expect(await ranking.locator('.grid tbody tr').first().innerText()).toMatch(
      /^United States\s+\$48,210\s+33\.8%\s+\$41,461\s+\+16%$/,
    )
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      ranking.getByRole('button', { name: 'CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('ranking.csv')
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n')
    expect(lines[0]).toBe('Country,Revenue,Share,Period before,Change')
    expect(lines[2]).toMatch(/^Germany,31877,0\.223\d+,29645\.6\d*,0\.075\d*$/)
    await ranking.getByRole('button', { name: 'as a table' }).click()
    expect(await ranking.locator('.ranking').isVisible()).toBe(true)
    expect(faults).toEqual([])
    await close()
  })

  it('fill the window one at a time, and go back to their place with the focus', async () => {
    const { page, faults, close } = await open()
    const panel = panelOf(page, 'revenue')
    const button = panel.getByRole('button', { name: 'Enlarge' })
    const heightNow = async () => (await panel.locator('canvas').boundingBox())!.height
    const small = await heightNow()
    await button.click()
    await expect.poll(heightNow, { timeout: WAIT_MS }).toBeGreaterThan(small * 1.5)
    expect(await faultsByAxe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(heightNow, { timeout: WAIT_MS }).toBe(small)
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe(
      'Enlarge Revenue by category',
    )
    expect(await page.locator('.panel').first().getAttribute('aria-labelledby')).toBe(
      'panel-revenue',
    )
    expect(faults).toEqual([])
    await close()
  })

  it('fold by section, which is remembered', async () => {
    const { page, close } = await open()
    const fold = page.getByRole('button', { name: 'Sales' })
    await fold.click()
    expect(await panelOf(page, 'revenue').isVisible()).toBe(false)
    await page.reload()
    await page.waitForSelector('.fold')
    expect(await fold.getAttribute('aria-expanded')).toBe('false')
    await fold.click()
    expect(await panelOf(page, 'revenue').isVisible()).toBe(true)
    await close()
  })

  it('draw windows longer than the range whole, as bars with their names, not beside the picture', async () => {
    const view = sampleViewOf(['days'], 2)
    const [panel] = view.panels
    const DAY_MS = 86_400_000
    const endMs = Math.ceil(view.toMs / DAY_MS) * DAY_MS
    const days = { ...panel, bucketMs: DAY_MS, edges: [endMs - 2 * DAY_MS, endMs - DAY_MS, endMs] }
    const { page, faults, close } = await open({}, samplePipelineOf(['days']), {
      ...view,
      panels: [days],
    })
    const written = () => page.evaluate<string[]>('written')
    await expect
      .poll(written, { timeout: WAIT_MS })
      .toEqual(expect.arrayContaining(['13 Mar', '14 Mar']))
    expect(faults).toEqual([])
    await close()
  })

  it('tell numbers of windows that are still open from final ones', async () => {
    const view = sampleView()
    const soFar = { fromMs: view.toMs - 3_600_000, toMs: view.toMs }
    const panels = view.panels.map((one) => (one.kind === 'ranking' ? { ...one, soFar } : one))
    const { page, close } = await open({}, samplePipeline(), { ...view, panels })
    const ranking = panelOf(page, 'ranking')
    expect(await ranking.locator('.panel-per').innerText()).toBe('so far')
    expect(await ranking.locator('.panel-remark').innerText()).toBe(
      'So far: 10:00 – 11:00 is still open.',
    )
    expect(await panelOf(page, 'share').locator('.panel-per').innerText()).toBe('')
    const hatched = (id: string, part: string) => {
      const selector = JSON.stringify(`[aria-labelledby="panel-${id}"] ${part}`)
      const image = `getComputedStyle(document.querySelector(${selector})).backgroundImage`
      return page.evaluate<boolean>(`${image} !== 'none'`)
    }
    expect(await hatched('ranking', '.ranking-bar')).toBe(true)
    expect(await hatched('ages', '.bar-fill')).toBe(false)
    expect(await hatched('heat', '.heat-cell.open')).toBe(true)
    await close()
  })

  it('sort a table by what is clicked', async () => {
    const { page, close } = await open()
    const first = panelOf(page, 'table').locator('.grid tbody th').first()
    expect(await first.textContent()).toBe('electronics')
    await page.getByRole('button', { name: 'Average order value' }).click()
    expect(await first.textContent()).toBe('sports')
    await page.locator('.sort', { hasText: 'Category' }).click()
    expect(await first.textContent()).toBe('beauty')
    await close()
  })

  it('draw once per update, and only what changed and can be seen', async () => {
    const lines = Array.from({ length: 20 }, (_, n) => `line-${n}`)
    const { page, close } = await open({}, samplePipelineOf(lines), sampleViewOf(lines, 10_000))
    /** Panels drawn by what `change` does, until some frames pass in which none is. */
    const drawn = async (change: () => Promise<unknown>) => {
      await page.evaluate(UNTIL_CALM)
      await page.evaluate('drawn.length = 0')
      await change()
      await page.evaluate(UNTIL_CALM)
      return page.evaluate<string[]>('drawn')
    }
    const view = sampleViewOf(lines, 10_000)
    const only = (...names: string[]) => ({
      ...view,
      panels: view.panels.filter(({ id }) => names.includes(id)),
    })
    expect(await drawn(() => push(page, only('line-0', 'line-19')))).toEqual(['panel-line-0'])
    const all = await drawn(() => push(page, view))
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeLessThan(10)
    const scroll = 'scrollTo(0, document.documentElement.scrollHeight)'
    const below = await drawn(() => page.evaluate(scroll))
    expect(below).toContain('panel-line-19')
    expect(new Set(below).size).toBe(below.length)
    await close()
  })

  it('of real definitions show what the API says, of every kind', async () => {
    const points = memoryPoints()
    const toMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
    const fromMs = toMs - 3_600_000
    await points.write(
      samplePoints({ fromMs, toMs, clicks: 200 }),
      manyPanels.metrics.map(measurementOf),
    )
    const real = await startDashboard({ pipeline: manyPanels, points, port: 0, log: silentLog })
    const ask = async <T>(path: string) => (await (await fetch(`${real.url}${path}`)).json()) as T
    const { panels: infos } = await ask<PipelineInfo>('/api/pipeline')
    const view = await ask<View>(`/api/view?from=${fromMs}&to=${toMs}&points=100`)
    const { page, close } = await openPage(browser, `${real.url}/#from=${fromMs}&to=${toMs}`)
    await page.waitForSelector('.legend-entry')
    const kinds = new Set(view.panels.map(({ kind }) => kind))
    expect(kinds.size).toBe(7)
    for (const panel of view.panels) {
      const info = infos.find(({ id }) => id === panel.id)!
      const shown = panelOf(page, panel.id).locator('.panel-body')
      const expected = numbersIn(info, panel)
      expect(expected.length).toBeGreaterThan(0)
      await expect
        .poll(() => shown.innerText(), { timeout: WAIT_MS, message: info.title })
        .toContain(expected[0])
      const text = await shown.innerText()
      for (const number of expected) expect(text, info.title).toContain(number)
    }
    await close()
    await real.close()
  })
})

/** What a reader must find in the panel, as it is written. */
function numbersIn({ value, values }: PanelInfo, panel: PanelView): string[] {
  const write = (now: number | null, unit = value.unit) => formatValue(now, unit)
  switch (panel.kind) {
    case 'series':
      return panel.series.map(({ total }) => write(total))
    case 'table':
      return panel.rows.flatMap(({ cells }) =>
        cells.map(({ now }, n) => write(now, values[n].unit)),
      )
    case 'funnel':
      return panel.steps.map(({ now }) => write(now))
    case 'heatmap':
      return [write(Math.max(...panel.days.flatMap(({ cells }) => cells.map((one) => one ?? 0))))]
    default:
      return panel.rows.map(({ now }) => write(now))
  }
}
