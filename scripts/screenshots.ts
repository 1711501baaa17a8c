// `npm run screenshots`: makes the README's pictures of the dashboard, from two days of the simulated shop that went through
// the programs: the same at every run.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { startDashboard } from '../dashboard/server.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { type Clock, systemClock } from '../kit/clock.ts'
import { allOrProblems } from '../kit/config.ts'
import { ConfigError } from '../kit/errors.ts'
import { silentLog } from '../kit/log.ts'
import { runProgram } from '../kit/program.ts'
import { openPoints } from '../stores/open.ts'
import { storeSettings } from '../stores/settings.ts'
import { chromium as chromiumService } from './services/chromium.ts'
import { runToEnd } from './testing/programs.ts'

const DIRECTORY = 'docs/images'
const NOW_MS = Date.parse('2026-03-14T20:00:00Z')
const HISTORY_MS = 2 * 86_400_000
const MAX_BYTES = 350 * 1024
/** The first look at a long range reads all of it. */
const PATIENCE_MS = 600_000

interface Picture {
  readonly name: string
  readonly view: BrowserContextOptions
  /** Sections to fold, so that the others can be seen. */
  readonly folded?: readonly string[]
}

const WIDE = { width: 1280, height: 1500 }
const PICTURES: readonly Picture[] = [
  { name: 'dashboard-light', view: { viewport: WIDE, colorScheme: 'light' } },
  { name: 'dashboard-dark', view: { viewport: WIDE, colorScheme: 'dark' } },
  {
    name: 'dashboard-people',
    view: { viewport: { ...WIDE, height: 1700 }, colorScheme: 'light' },
    folded: ['Sales', 'Conversion', 'Visits'],
  },
  {
    name: 'dashboard-phone',
    view: { viewport: { width: 360, height: 1100 }, colorScheme: 'light', deviceScaleFactor: 2 },
  },
]

await runProgram(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'windrow-pictures-'))
  try {
    const environment = { WINDROW_DATA: directory }
    await fillStores(environment)
    const [settings] = allOrProblems(storeSettings(environment))
    const points = { ...(await openPoints(settings)), description: 'SQLite .windrow/points.db' }
    const clock: Clock = { ...systemClock, nowMs: () => NOW_MS }
    const options = { pipeline: ecommerce, points, port: 0, log: silentLog, clock }
    const dashboard = await startDashboard(options)
    const browser = await launch()
    try {
      mkdirSync(DIRECTORY, { recursive: true })
      for (const picture of PICTURES) await take(browser, dashboard.url, picture)
    } finally {
      await browser.close()
      await dashboard.close()
      await points.close()
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})

/** As a user would: people, events, and the job that counts them. */
async function fillStores(environment: NodeJS.ProcessEnv): Promise<void> {
  const start = new Date(NOW_MS - HISTORY_MS).toISOString()
  const shop = ['--start', start, '--duration', '2d', '--rate', '10', '--arrivals', 'daily']
  await runToEnd('seed', ['--users', '5000', '--seed', '42'], environment)
  await runToEnd(
    'produce',
    [...shop, '--users', '5000', '--seed', '42', '--speed', 'max'],
    environment,
  )
  await runToEnd('stream', ['--once'], environment)
}

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

async function take(browser: Browser, url: string, { name, view, folded = [] }: Picture) {
  const context = await browser.newContext({
    ...view,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-US',
  })
  const page = await context.newPage()
  await page.clock.setFixedTime(NOW_MS)
  const key = JSON.stringify(`windrow.folded.${ecommerce.name}`)
  await page.addInitScript(
    `localStorage.setItem(${key}, ${JSON.stringify(JSON.stringify(folded))})`,
  )
  await page.goto(`${url}/#range=24h&compare=1`)
  await page
    .locator('.panel-note:visible')
    .first()
    .waitFor({ state: 'hidden', timeout: PATIENCE_MS })
  await page.waitForTimeout(1000)
  const path = join(DIRECTORY, `${name}.png`)
  await page.screenshot({ path })
  await context.close()
  const { size } = statSync(path)
  process.stdout.write(`${path}: ${Math.round(size / 1024)} KiB\n`)
  if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MAX_BYTES}`)
}
