// A kafkajs consumer that does nothing: the floor for what is built on it.
import { parseMeasured } from '../../measured.ts'
import type { System } from '../system.ts'

const SCRIPT = 'scripts/bench/bare-consumer.ts'

export const kafkajs: System = {
  name: 'kafkajs',
  missing: async () => undefined,
  prepare: async () => ({
    command: ({ brokers, topic, events }) => ({
      argv: [process.execPath, '--import', 'tsx', SCRIPT, topic, String(events)],
      env: { KAFKA_BROKERS: brokers },
    }),
    outcome: async (output) => {
      const { events, workingMs } = parseMeasured(output)
      return { events, counted: events, late: 0, open: 0, workingMs }
    },
  }),
}
