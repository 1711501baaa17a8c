// Runs before the first paint, so that a page with a chosen theme does not flash in the other one.
;(() => {
  let theme = new URLSearchParams(location.hash.slice(1)).get('theme')
  try {
    theme ??= localStorage.getItem('windrow.theme')
  } catch {
    // Storage may be forbidden; then the system's theme is used.
  }
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
})()
