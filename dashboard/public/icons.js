// Small buttons that are a picture with a name.
import { element, drawn as svg } from './dom.js'

const PATHS = {
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14',
  enlarge: 'M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7',
  close: 'M6 6l12 12M18 6 6 18',
}

/**
 * @param {keyof typeof PATHS} icon
 * @param {string} label
 * @param {() => void} onClick
 */
export function iconButton(icon, label, onClick) {
  const button = element(
    'button',
    { type: 'button', class: 'tool', 'aria-label': label, title: label },
    svg(
      'svg',
      { viewBox: '0 0 24 24', width: '16', height: '16', 'aria-hidden': 'true' },
      svg('path', { d: PATHS[icon] }),
    ),
  )
  button.addEventListener('click', onClick)
  return button
}
