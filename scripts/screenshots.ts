// `npm run screenshots`: makes the README's pictures of the dashboard from made-up points, the same at every run.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { startDashboard } from '../dashboard/server.ts'
import { samplePoints } from '../dashboard/testing/sample.ts'
import { measurementOf } from '../data/definitions/metric.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { type Clock, systemClock } from '../kit/clock.ts'
import { ConfigError } from '../kit/errors.ts'
import { silentLog } from '../kit/log.ts'
import { runProgram } from '../kit/program.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import { chromium as chromiumService } from './services/chromium.ts'

const DIRECTORY = 'docs/images'
const NOW_MS = Date.parse('2026-03-14T11:00:00Z')
const VIEWPORT = { width: 1280, height: 1220 }
const MAX_BYTES = 250 * 1024

await runProgram(async () => {
  const stillClock: Clock = { ...systemClock, nowMs: () => NOW_MS }
  const points: PointsStore = { ...memoryPoints(), description: 'SQLite .windrow/points.db' }
  const fromMs = NOW_MS - 2 * 3_600_000
  await points.write(
    samplePoints({ fromMs, toMs: NOW_MS - 10_000, clicks: 480 }),
    ecommerce.metrics.map(measurementOf),
  )
  const dashboard = await startDashboard({
    pipeline: ecommerce,
    points,
    port: 0,
    log: silentLog,
    clock: stillClock,
  })
  const browser = await launch()
  try {
    mkdirSync(DIRECTORY, { recursive: true })
    for (const theme of ['light', 'dark'] as const) {
      const file = join(DIRECTORY, `dashboard-${theme}.png`)
      await picture(browser, dashboard.url, theme, file)
      const bytes = statSync(file).size
      process.stdout.write(`${file}: ${Math.round(bytes / 1024)} KiB\n`)
      if (bytes > MAX_BYTES) throw new Error(`${file} has ${bytes} bytes, more than ${MAX_BYTES}`)
    }
  } finally {
    await browser.close()
    await dashboard.close()
  }
})

async function launch(): Promise<Browser> {
  const variables = (await chromiumService.testVariables?.()) ?? {}
  const executablePath = variables.TEST_CHROMIUM
  if (executablePath === undefined || executablePath === '') {
    const what = 'expected Chromium or Chrome to be installed, e.g. apt-get install chromium'
    throw new ConfigError([{ where: 'Chromium', what }])
  }
  const args = ['--headless', '--disable-gpu', '--disable-quic', '--no-first-run']
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath, args })
}

async function picture(browser: Browser, url: string, theme: 'light' | 'dark', file: string) {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-US',
  })
  const page = await context.newPage()
  await page.clock.setFixedTime(NOW_MS)
  await page.goto(`${url}/#range=1h`)
  await page.waitForSelector('.legend-entry')
  await page.waitForTimeout(500)
  await page.screenshot({ path: file, fullPage: true })
  await context.close()
}
