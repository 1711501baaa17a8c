// Writes Grafana's files from the definitions: a part of `windrow generate`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generatedFiles } from './files.ts'

/** Tells of each file whether it was changed. */
export function writeGrafana(told: (file: string, isChanged: boolean) => void): void {
  for (const { path, text } of generatedFiles()) {
    const isChanged = textOf(path) !== text
    if (isChanged) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    told(path, isChanged)
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
