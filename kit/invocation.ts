// How people type `windrow` where they are: messages that say what to do next name what works there.
import { accessSync, constants } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = join('cli', 'windrow.js')

export interface Place {
  /** The file that Node runs, `process.argv[1]`. */
  readonly program: string | undefined
  readonly path: string
  /** Where people are. */
  readonly directory: string
  /** Where the repository is. */
  readonly root: string
  readonly canRun: (file: string) => boolean
}

/**
 * `windrow` where that is a command, `npx windrow` in a clone of the repository, else the file with node before it. What
 * npm adds to the PATH of what it runs is not there when people type.
 */
export function invocationIn({ program, path, directory, root, canRun }: Place): string {
  const isOurs = /[\\/](windrow|cli[\\/]windrow\.js)$/.test(program ?? '')
  // Run by something else, a test or a generator of pages: as the manual has it.
  if (!isOurs) return 'windrow'
  const own = path
    .split(delimiter)
    .filter((one) => one !== '' && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(one))
  if (own.some((one) => canRun(join(one, 'windrow')))) return 'windrow'
  // npx runs the program of the package that it is called in: the nearest one upwards.
  const isInProject = !relative(root, directory).startsWith('..')
  return isInProject ? 'npx windrow' : `node ${relative(directory, join(root, SCRIPT))}`
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What stands before a command in whatever is said to people: `${WINDROW} stream --once`. */
export const WINDROW: string = invocationIn({
  program: process.argv[1],
  path: process.env.PATH ?? '',
  directory: process.cwd(),
  root: fileURLToPath(new URL('..', import.meta.url)),
  canRun,
})

/** Text from the manual, which has `windrow`, as it is to be typed here. */
export const asTyped = (text: string, windrow: string = WINDROW): string =>
  windrow === 'windrow' ? text : text.replace(COMMAND, `${windrow} `)

/** A command: on a line of its own, quoted, or behind words that ask for one. A sentence about windrow is none. */
const COMMAND = /(?<=^ *|`|^Usage: |[:=] |(?<!\$)\()windrow (?=[a-z<[])/gm
