// AssemblyScript sources of decoding's short way → TypeScript module with the compiled WebAssembly as text.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const main = fileURLToPath(new URL('../streaming/decode/assembly/main.ts', import.meta.url))
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert']

/** Source text of `streaming/decode/assembly.generated.ts`. Throws what the compiler says. */
export async function generateAssemblyModule(): Promise<string> {
  let compiled: Uint8Array | undefined
  const { error, stderr } = await asc.main([basename(main), '--outFile', 'main.wasm', ...OPTIONS], {
    readFile: (name: string) => {
      try {
        return readFileSync(join(dirname(main), name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (_name: string, contents: unknown) => {
      compiled = contents as Uint8Array
    },
  })
  if (error !== null || compiled === undefined)
    throw new Error(`streaming/decode/assembly does not compile:\n${stderr.toString()}`)
  return `// Compiled from streaming/decode/assembly/ by \`windrow generate\`. Do not edit.

/** A WebAssembly module. */
export const moduleBase64 =
  '${Buffer.from(compiled).toString('base64')}'
`
}
