// For tests: Chromium, and a page in it that remembers everything it should not have done.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const ARGUMENTS = [
  ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

/** Far beyond what anything takes, on a machine that is busy as well. */
const FAR_MS = 240_000

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ARGUMENTS })

/**
 * Opens the page; `faults` are console errors, failures and requests to other hosts. `before` is called with it while it is
 * still empty.
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  before: (page: Page) => Promise<void> = async () => {},
) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(FAR_MS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) faults.push(request.url())
  })
  await before(page)
  await page.goto(url)
  return { page, faults, close: () => context.close() }
}
