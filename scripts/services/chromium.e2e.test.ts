// The browser that `npm test` found or got can be driven.
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { chromiumForTests, describeWith } from './testing.ts'

describeWith([chromiumForTests()], 'Chromium', ({ executablePath }) => {
  it('opens a page', async () => {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const browser = await chromium.launch({ executablePath, args })
    try {
      const page = await browser.newPage()
      await page.setContent('<title>fields of wheat</title>')
      expect(await page.title()).toBe('fields of wheat')
    } finally {
      await browser.close()
    }
  })
})
