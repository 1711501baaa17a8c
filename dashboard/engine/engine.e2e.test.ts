// The engine page in a real browser: a job that works, one in trouble, one that is not there, and letters of strangers.
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { silentLog } from '../../kit/log.ts'
import { chromiumForTests, describeWith } from '../../scripts/services/testing.ts'
import { startDashboard } from '../server.ts'
import { faultsByAxe } from '../testing/axe.ts'
import { launch, openPage } from '../testing/browser.ts'
import { switchableStore } from '../testing/switchable-store.ts'
import type { JobStatus } from './status.ts'
import { jobStatus, partition, startFakeJob } from './testing/job.ts'
import { archiveOf, letterRecord } from './testing/letters.ts'

const WAIT_MS = 60_000
const NASTY = '<img src=x onerror="document.title=1">'
const letters = [
  letterRecord({ offset: 1, value: Buffer.from([0xff, 0xfe, 0x00]), reason: 'utf8', field: '' }),
  letterRecord({ offset: 2, detail: `expected a number, got ${NASTY}`, field: NASTY }),
  letterRecord({
    offset: 3,
    value: Buffer.from(`{"name":"${NASTY}","rest":"${'x'.repeat(900)}"}`),
  }),
]

/** Two partitions that are far apart, a store that is away, books that do not balance. */
function trouble(): Partial<JobStatus> {
  const nowMs = Date.now()
  const waiting = { reason: 'unreachable', attempts: 9, forMs: 185_000, isBlocking: true }
  return {
    waitingFor: [
      {
        ...waiting,
        store: 'InfluxDB at http://127.0.0.1:8086',
        message:
          'InfluxDB at http://127.0.0.1:8086 does not answer: connect ECONNREFUSED\n  Start it.',
      },
    ],
    watermarkEpochMs: nowMs - 725_000,
    watermarkHolder: 3,
    partitions: [
      partition({ watermarkEpochMs: nowMs - 5_000, end: 70_090 }),
      partition({ partition: 1, watermarkEpochMs: nowMs - 65_000, isIdle: true, quietMs: 60_000 }),
      partition({ partition: 3, watermarkEpochMs: nowMs - 725_000, quietMs: 8_000, read: 91 }),
    ],
  }
}
const well = () => ({ watermarkEpochMs: Date.now() - 5_000, partitions: [partition()] })

describeWith([chromiumForTests()], 'the engine page', ({ executablePath }) => {
  let browser: Browser
  const endings: (() => Promise<void>)[] = []

  beforeAll(async () => {
    browser = await launch(executablePath)
  })
  afterAll(async () => {
    await browser?.close()
    for (const end of endings) await end()
  })

  async function start(status: Partial<JobStatus>) {
    const job = await startFakeJob(jobStatus(status))
    const dashboard = await startDashboard({
      pipeline: ecommerce,
      points: switchableStore(),
      port: 0,
      log: silentLog,
      engine: {
        jobUrl: () => job.url,
        topic: 'shop',
        openDeadLetters: async () => archiveOf(letters),
      },
    })
    endings.push(dashboard.close, job.close)
    return { job, url: `${dashboard.url}/engine.html` }
  }

  it('shows partitions, windows, books, stores and state, without a fault, and no alert', async () => {
    const { url } = await start(well())
    const { page, faults, close } = await openPage(browser, url)
    await page.waitForSelector('.tile')
    const titles = await page.locator('.panel h3').allTextContents()
    expect(titles).toEqual([
      ...['Throughput', 'Lag', 'Partitions', 'Open windows', 'Books', 'Stores'],
      ...['Dead letters', 'State'],
    ])
    expect(await page.locator('.verdict').textContent()).toContain('✓ They balance')
    expect(await page.locator('.alert').count()).toBe(0)
    expect(await page.locator('#status').textContent()).toContain('Live')
    expect(await page.locator('.pages [aria-current]').textContent()).toBe('Engine')
    expect(faults).toEqual([])
    await close()
  })

  it('moves with the job, and says when it is gone and that it is back', async () => {
    const { job, url } = await start(well())
    const { page, faults, close } = await openPage(browser, url)
    await page.waitForSelector('.tile')
    job.tell(jobStatus({ ...well(), partitions: [partition({ read: 1_290, counted: 1_280 })] }))
    const reads = page.locator('.books tfoot tr').nth(1)
    await expect.poll(() => reads.textContent(), { timeout: WAIT_MS }).toContain('1,290')
    job.tell('<html>')
    await page.waitForSelector('.alert.bad', { timeout: WAIT_MS })
    expect(await page.locator('.alert').textContent()).toContain('windrow stream')
    expect(await page.locator('#status').textContent()).toContain('No job')
    expect(await page.locator('.stores li').first().textContent()).toContain('not known')
    job.tell(jobStatus(well()))
    await page.waitForSelector('.alert', { state: 'detached', timeout: WAIT_MS })
    expect(faults).toEqual([])
    await close()
  })

  it('puts what is wrong on top, and the partition that holds the watermark first', async () => {
    const { url } = await start(trouble())
    const { page, faults, close } = await openPage(browser, url)
    await page.waitForSelector('.alert')
    const alerts = (await page.locator('.alert').allTextContents()).join('\n')
    expect(alerts).toContain(
      'InfluxDB at http://127.0.0.1:8086 does not answer: the job stands still.',
    )
    expect(alerts).toContain('The books of partition 3 do not balance')
    expect(alerts).toContain('Partition 3 holds the watermark back by 12m 0s')
    expect(await page.locator('.holds').textContent()).toContain('holds the watermark')
    const first = () => page.locator('.grid tbody th').first().textContent()
    expect(await first()).toBe('3')
    await page.getByRole('button', { name: 'Lag' }).focus()
    await page.keyboard.press('Enter')
    expect(await first()).toBe('0')
    expect(await page.locator('th[aria-sort]').textContent()).toBe('Lag')
    expect(faults).toEqual([])
    await close()
  })

  it('shows dead letters as the text they are, by reason, and all of one on demand', async () => {
    const { url } = await start(well())
    const { page, faults, close } = await openPage(browser, url)
    const summaries = page.locator('.letters summary')
    await summaries.first().waitFor()
    expect(await summaries.count()).toBe(3)
    expect(await summaries.nth(1).textContent()).toContain(NASTY)
    await summaries.first().click()
    const bytes = page.locator('.letters pre').first()
    expect((await bytes.textContent())?.length).toBe(400)
    await page.getByRole('button', { name: 'Show all of it' }).first().click()
    await expect.poll(async () => (await bytes.textContent())?.length).toBeGreaterThan(900)
    expect(await bytes.textContent()).toContain(NASTY)
    await page.getByRole('button', { name: 'utf8 1' }).click()
    await expect.poll(() => summaries.count()).toBe(1)
    await summaries.first().click()
    expect(await page.locator('.letters pre').textContent()).toMatch(/^00000000 {2}ff fe 00/)
    expect(await page.locator('.give-back').textContent()).toContain(
      'replay --reason utf8 --dry-run',
    )
    expect(await page.locator('img').count()).toBe(0)
    expect(faults).toEqual([])
    await close()
  })

  it('says what to start while there is no job, or no event', async () => {
    const none = await start(well())
    none.job.tell('no job')
    const quiet = await start({ partitions: [], watermarkEpochMs: null })
    for (const [url, text] of [
      [none.url, 'windrow stream'],
      [quiet.url, 'windrow produce'],
    ]) {
      const { page, faults, close } = await openPage(browser, url)
      await expect
        .poll(() => page.locator('#empty').textContent(), { timeout: WAIT_MS })
        .toContain(text)
      expect(faults).toEqual([])
      await close()
    }
  })

  it('has nothing that shuts people out, in both themes', async () => {
    const { url } = await start(trouble())
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await openPage(browser, url, { colorScheme })
      await page.locator('.letters summary').first().click()
      expect(await faultsByAxe(page)).toEqual([])
      await close()
    }
  })

  it('fits a phone: nothing to scroll sideways, in any state', async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true }
    const filled = await start(trouble())
    const empty = await start({ partitions: [], watermarkEpochMs: null })
    for (const [url, ready] of [
      [filled.url, '.letters summary'],
      [empty.url, '#empty:visible'],
    ]) {
      const { page, faults, close } = await openPage(browser, url, phone)
      await page.locator(ready).first().click()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
      expect(faults).toEqual([])
      await close()
    }
  })

  it('weighs less than 100 KB, compressed', async () => {
    const { url } = await start(well())
    const { page, close } = await openPage(browser, url)
    await page.waitForSelector('.tile')
    const addresses = await page.evaluate<string[]>(
      `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(({ name }) => name).filter((name) => !name.includes('/api/'))`,
    )
    const sizes = await Promise.all(
      addresses.map(async (address) => {
        const body = await (await fetch(address)).arrayBuffer()
        return gzipSync(new Uint8Array(body)).length
      }),
    )
    const bytes = sizes.reduce((sum, one) => sum + one, 0)
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThan(100_000)
    await close()
  })
})
