// `windrow <command>`: finds the command and runs it. Of all commands only the one that is asked for is loaded.
import { explainBugs, fail } from '../kit/program.ts'
import { explainedByDefinitions } from '../scripts/check/explained.ts'
import { rootWith } from './root.ts'

const words = process.argv.slice(2)
explainBugs(explainedByDefinitions)
try {
  if (words[0] === 'complete') {
    const { complete } = await import('./complete.ts')
    await complete(words.slice(2))
  } else {
    const root = await rootWith(words[0])
    if (words.length === 0) root.outputHelp()
    else await root.parseAsync(words, { from: 'user' })
  }
} catch (error) {
  // Most commands know the metrics, and cannot be loaded when one is wrong.
  await fail(error)
}
