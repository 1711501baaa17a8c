// Kafka Streams: one JVM, two stream threads; the DSL or a processor written by hand.
import { JVM_OPTIONS, javaCommand, maven, missingJava } from '../install.ts'
import { argumentsOf, type System } from '../system.ts'

export const kafkaStreams: System = {
  name: 'kafka-streams',
  missing: missingJava,
  prepare: async (context) => {
    const classpath = await maven('kafka-streams', context)
    const java = await javaCommand()
    // Errors only: the DSL has a warning for every late event, which would cost more than the event.
    const jvm = [...JVM_OPTIONS, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classpath]
    return {
      command: (task) => ({
        argv: [java, ...jvm, 'Main', ...argumentsOf(task)],
        env: { KAFKA_BROKERS: task.brokers },
      }),
    }
  },
}
