// Spark Structured Streaming: driver and executor in one JVM with two task threads, the query described in Python.
import { delimiter, join } from 'node:path'
import { maven, missingJava, missingPython, pip } from '../install.ts'
import { argumentsOf, type System } from '../system.ts'

const JOB = join(import.meta.dirname, 'job.py')

export const spark: System = {
  name: 'spark',
  missing: async () => (await missingJava()) ?? (await missingPython()),
  prepare: async (context) => {
    const bin = join(await pip('spark', context), 'bin')
    const classpath = await maven('spark', context)
    const submit = [
      ...[join(bin, 'spark-submit'), '--master', 'local[2]', '--driver-memory', '3g'],
      ...['--driver-java-options', '-XX:+UseParallelGC'],
      ...['--driver-class-path', classpath, '--conf', 'spark.ui.enabled=false'],
      // Two cores: the default of 200 tasks for each batch would be all there is to see.
      ...['--conf', 'spark.sql.shuffle.partitions=2'],
    ]
    return {
      command: (task) => ({
        argv: [...submit, JOB, ...argumentsOf(task)],
        env: {
          KAFKA_BROKERS: task.brokers,
          PYSPARK_PYTHON: join(bin, 'python'),
          PATH: `${bin}${delimiter}${process.env.PATH}`,
        },
      }),
    }
  },
}
