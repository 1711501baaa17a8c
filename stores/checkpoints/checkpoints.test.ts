import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { describeCheckpoints } from './conformance.ts'
import { fileCheckpoints } from './file.ts'
import { memoryCheckpoints } from './memory.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-checkpoints-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
const newFile = () => join(dir, String(files++), 'deep', 'job.checkpoint')

describeCheckpoints('memory', () => {
  const store = memoryCheckpoints()
  return { store, reopened: () => store }
})
describeCheckpoints('file', () => {
  const file = newFile()
  return { store: fileCheckpoints(file), reopened: () => fileCheckpoints(file) }
})

describe('a checkpoint file', () => {
  const saved = async () => {
    const file = newFile()
    await fileCheckpoints(file).save(Buffer.from('the state of the job'))
    return { file, content: readFileSync(file) }
  }

  it('leaves nothing else behind', async () => {
    const { file } = await saved()
    expect(readdirSync(dirname(file))).toEqual(['job.checkpoint'])
  })

  it.each([
    ['a changed byte at its end', (content: Buffer) => content.with(content.length - 1, 0)],
    ['a changed byte at its start', (content: Buffer) => content.with(0, 0)],
    ['its end missing', (content: Buffer) => content.subarray(0, -3)],
    ['more at its end', (content: Buffer) => Buffer.concat([content, Buffer.from('x')])],
    ['only its first bytes', (content: Buffer) => content.subarray(0, 10)],
    ['nothing in it', () => Buffer.alloc(0)],
  ])('with %s is refused, with what to do', async (_, damage) => {
    const { file, content } = await saved()
    writeFileSync(file, damage(content))
    const loading = fileCheckpoints(file).load()
    await expect(loading).rejects.toThrow(RefusedError)
    await expect(loading).rejects.toThrow(
      `The checkpoint ${file} is damaged: its checksum does not fit.\n` +
        '  Start a new job from the beginning of the log: npm run stream -- --from earliest',
    )
  })

  it('is the old one after a crash before the new one took its place', async () => {
    const { file, content } = await saved()
    writeFileSync(`${file}.new`, content.subarray(0, 30))
    const store = fileCheckpoints(file)
    expect(String(await store.load())).toBe('the state of the job')
    await store.save(Buffer.from('the next'))
    expect(String(await store.load())).toBe('the next')
    expect(readdirSync(dirname(file))).toEqual(['job.checkpoint'])
  })

  it('that never took its place is none', async () => {
    const { file } = await saved()
    rmSync(file)
    writeFileSync(`${file}.new`, 'half')
    expect(await fileCheckpoints(file).load()).toBeUndefined()
  })
})
