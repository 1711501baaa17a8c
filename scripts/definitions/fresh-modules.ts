// Modules as they are on disk now: one that is loaded the ordinary way stays, for the life of a process, what it was.
import { register } from 'tsx/esm/api'
import type { LoadModule } from './metric-files.ts'

let count = 0

/** What is loaded by `load`, and whatever that imports, is read anew. Throws what the modules throw. */
export async function withFreshModules<T>(use: (load: LoadModule) => Promise<T>): Promise<T> {
  const namespace = `fresh-${process.pid}-${++count}`
  const modules = register({ namespace })
  // Errors name files as people know them.
  const load: LoadModule = (url) =>
    modules.import(url, import.meta.url).catch((error: Error) => {
      error.message = error.message.replaceAll(/\?[\w-]+=fresh-\d+-\d+/g, '')
      throw error
    })
  try {
    return await use(load)
  } finally {
    await modules.unregister()
  }
}
