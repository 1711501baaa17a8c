// A kafkajs consumer that does nothing: the floor for what is built on it.
import { ourOutcome, type System } from '../system.ts'

const SCRIPT = 'scripts/bench/bare-consumer.ts'

export const kafkajs: System = {
  name: 'kafkajs',
  missing: async () => undefined,
  prepare: async () => ({
    command: ({ brokers, topic, fromEvents, events }) => ({
      argv: [
        ...[process.execPath, '--import', 'tsx', SCRIPT, topic],
        ...[events, fromEvents, events].map(String),
      ],
      env: { KAFKA_BROKERS: brokers },
    }),
    outcome: async (output) => ourOutcome(output, ({ events }) => events),
  }),
}
