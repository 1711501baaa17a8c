// `npm run grafana:generate`: writes the dashboards from the metrics.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { createCommand } from '../kit/command.ts'
import { runProgram } from '../kit/program.ts'
import { generatedFiles } from './files.ts'

await runProgram(async () => {
  createCommand('npm run grafana:generate')
    .description(
      'Writes grafana/dashboards/*.json from the metrics in data/. Grafana loads them by grafana/provisioning.',
    )
    .parse()
  for (const { path, text } of generatedFiles()) {
    const changed = textOf(path) !== text
    if (changed) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    process.stdout.write(`${relative(process.cwd(), path)}: ${changed ? 'written' : 'unchanged'}\n`)
  }
})

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
