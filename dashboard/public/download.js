// Gives the reader a file that the page made.
import { element } from './dom.js'

/** @param {string} name @param {string} text @param {string} type */
export function downloadText(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = element('a', { href: address, download: name })
  link.click()
  // The download has begun by then, in every browser.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
