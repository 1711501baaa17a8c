// Flink SQL: job manager and task manager in one JVM, parallelism 2.
import { JVM_OPTIONS, javaCommand, maven, missingJava } from '../install.ts'
import { argumentsOf, type System } from '../system.ts'

/** What Flink's own scripts open on Java 17, as far as it is needed here. */
const OPENED = ['java.lang', 'java.util', 'java.time', 'java.net', 'java.text', 'java.nio']
const OPENS = [
  ...OPENED,
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'java.lang.reflect',
]

export const FLINK_OPTIONS = OPENS.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)

export const flink: System = {
  name: 'flink',
  missing: missingJava,
  prepare: async (context) => {
    const classpath = await maven('flink', context)
    const java = await javaCommand()
    const jvm = [
      ...FLINK_OPTIONS,
      ...JVM_OPTIONS,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
      ...['-cp', classpath],
    ]
    return {
      command: (task) => ({
        argv: [java, ...jvm, 'Main', ...argumentsOf(task)],
        env: { KAFKA_BROKERS: task.brokers },
      }),
    }
  },
}
