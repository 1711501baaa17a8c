// Every link of every page leads to a file that is there, and to a heading in it.
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { pagesIn, ROOT, textOf } from './testing/blocks.ts'

const pages = pagesIn('.')

/** A page without its code. */
const proseOf = (page: string): string =>
  textOf(page)
    .replace(/^( *)```[\s\S]*?^\1```/gm, (block) => block.replace(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, '')

/** What the headings of a page are called in links, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  const text = textOf(page).replace(/^( *)```[\s\S]*?^\1```/gm, '')
  for (const [, title] of text.matchAll(/^#+ +(.+)$/gm)) {
    const base = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    let anchor = base
    for (let n = 1; anchors.has(anchor); n++) anchor = `${base}-${n}`
    anchors.add(anchor)
  }
  return anchors
}

function faultOf(page: string, link: string): string | undefined {
  const [path, anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(ROOT, target))) return `${target} is not there`
  if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return
  return anchorsOf(target).has(anchor) ? undefined : `${target} has no heading #${anchor}`
}

test('the pages are read', () => {
  expect(pages).toContain('README.md')
  expect(pages).toContain('docs/README.md')
})

test('every link leads somewhere', () => {
  const wrong = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: link, index, input }) => {
      if (/^(https?|mailto):/.test(link)) return []
      const fault = faultOf(page, link)
      const line = input.slice(0, index).split('\n').length
      return fault === undefined ? [] : [`${page}:${line} ${fault}`]
    }),
  )
  expect(wrong).toEqual([])
})

test('every chapter is listed in docs/README.md', () => {
  const listed = textOf('docs/README.md')
  const missing = pagesIn('docs').filter(
    (page) => page !== 'docs/README.md' && !listed.includes(`](${page.slice('docs/'.length)}`),
  )
  expect(missing).toEqual([])
})
