// How the other systems' jobs of the page on migration are had and started. They run until they are killed.
import { delimiter, join } from 'node:path'
import { FLINK_OPTIONS } from '../bench/peers/flink/system.ts'
import { JVM_OPTIONS, javaCommand, maven, pip } from '../bench/peers/install.ts'
import type { InstallContext } from '../services/service.ts'

const HERE = import.meta.dirname
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'

export const PEERS = ['flink', 'spark', 'kafka-streams'] as const
export type Peer = (typeof PEERS)[number]

/** The command that runs a peer's job, once everything it needs is there. */
export async function commandOf(peer: Peer, context: InstallContext): Promise<string[]> {
  const file = (name: string) => join(HERE, peer, name)
  const classpath = [await maven(peer, context), await maven('migration', context, HERE)].join(
    delimiter,
  )
  const java = [await javaCommand(), ...JVM_OPTIONS, QUIET, '-cp', classpath]
  switch (peer) {
    case 'flink':
      return [...java, ...FLINK_OPTIONS, file('Run.java'), file('revenue.sql')]
    case 'kafka-streams':
      return [...java, file('Revenue.java')]
    case 'spark': {
      const bin = join(await pip('spark', context), 'bin')
      const environment = ['env', `PYSPARK_PYTHON=${join(bin, 'python')}`]
      const submit = [join(bin, 'spark-submit'), '--master', 'local[2]']
      const options = ['spark.ui.enabled=false', 'spark.sql.shuffle.partitions=2']
      return [
        ...[...environment, ...submit, '--driver-class-path', classpath],
        ...options.flatMap((option) => ['--conf', option]),
        file('revenue.py'),
      ]
    }
  }
}
