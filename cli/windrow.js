#!/usr/bin/env node
// The program `windrow`: sees to it that this Node can run it, then runs cli/main.ts, TypeScript as it stands. Words that
// every Node reads: an old one must get as far as the message.
const OLDEST = [20, 19]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `windrow needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      '  Get one at https://nodejs.org, or with a version manager: nvm install 22\n',
  )
  process.exit(2)
}

import('tsx/esm/api').then(
  ({ register }) => {
    register()
    return import('./main.ts')
  },
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    const root = new URL('..', import.meta.url).pathname
    process.stderr.write(`The packages of windrow are not installed. In ${root}: npm ci\n`)
    process.exit(2)
  },
)
