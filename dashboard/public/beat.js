// A ring around the dot of the state, once for each arrival of new numbers. It moves without layout and paint, and not at all
// for those who want no motion.
import { byId } from './dom.js'

const LASTS_MS = 500

export function beat() {
  if (document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  byId('status-ring').animate(
    { transform: ['scale(1)', 'scale(2.6)'], opacity: [0.5, 0] },
    { duration: LASTS_MS, easing: 'ease-out' },
  )
}
