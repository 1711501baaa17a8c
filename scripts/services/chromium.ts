// A Chromium or Chrome for the browser tests: only its path, as playwright-core starts it itself.
import { aptInstall, canUseApt } from './apt.ts'
import { outputOf, which } from './run.ts'
import type { Service } from './service.ts'

const names = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'] as const
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const

interface Browser {
  readonly path: string
  readonly version: string
}

/** The first one that really starts: Ubuntu's chromium-browser may be a mere pointer to a snap. */
async function findBrowser(): Promise<Browser | undefined> {
  for (const candidate of [...names.map((name) => which(name)), ...applications]) {
    if (candidate === undefined) continue
    const version = /(\d+\.[\d.]+)/.exec((await outputOf(candidate, ['--version'])) ?? '')?.[1]
    if (version !== undefined) return { path: candidate, version }
  }
  return undefined
}

export const chromium: Service = {
  name: 'chromium',
  title: 'Chromium',
  version: '',
  testName: 'CHROMIUM',
  testAddress: 'TEST_CHROMIUM',

  async available() {
    const browser = await findBrowser()
    if (browser !== undefined)
      return { state: 'ready', how: `installed ${browser.path} ${browser.version}` }
    if (canUseApt()) return { state: 'installable', how: 'installs chromium with apt, a minute' }
    const toGet = 'Debian `apt-get install chromium` as root, macOS `brew install --cask chromium`'
    return { state: 'missing', how: `neither Chromium nor Chrome is installed: ${toGet}` }
  },

  async install(context) {
    await aptInstall(['chromium'], context)
  },

  async testVariables() {
    return { TEST_CHROMIUM: (await findBrowser())?.path ?? '' }
  },
}
