// The version that package.json has.
import { createRequire } from 'node:module'

export const VERSION: string = createRequire(import.meta.url)('../package.json').version
