// The installed Java, which Kafka needs.
import { join } from 'node:path'
import { outputOf, which } from './run.ts'

export interface Java {
  readonly command: string
  /** 17 of "17.0.15". */
  readonly major: number
}

export async function findJava(): Promise<Java | undefined> {
  const home = process.env.JAVA_HOME
  const candidates = [home ? join(home, 'bin', 'java') : undefined, which('java')]
  for (const command of candidates.filter((one) => one !== undefined)) {
    const major = javaMajor((await outputOf(command, ['-version'])) ?? '')
    if (major !== undefined) return { command, major }
  }
  return undefined
}

/** From the output of `java -version`. */
export function javaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output)
  return match === null ? undefined : Number(match[1])
}
