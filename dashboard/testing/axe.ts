// What axe-core finds wrong with a page, for people who see, hear or move otherwise.
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Serious and critical faults, each as "rule: element"; empty: none. */
export async function faultsByAxe(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
