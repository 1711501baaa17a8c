// For tests: a copy of the project, in which definitions may be changed.
import { cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const PROGRAMS = ['cli', 'producers', 'batch-loader', 'streaming', 'dashboard', 'grafana']
const FOLDERS = [...PROGRAMS, 'kit', 'data', 'stores', 'scripts', 'docker', 'docs']
const FILES = ['package.json', 'tsconfig.json', 'biome.json', 'vitest.config.ts', '.env.example']

/** Its directory, which is the caller's to remove. */
export function copyOfProject(): string {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'windrow-copy-'))
  for (const name of [...FOLDERS, ...FILES])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}
