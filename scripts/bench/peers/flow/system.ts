// @kafkats/flow: Kafka Streams' DSL in TypeScript, one thread.
import { npm } from '../install.ts'
import { argumentsOf, type System } from '../system.ts'

export const flow: System = {
  name: 'flow',
  missing: async () => undefined,
  prepare: async (context) => {
    const cwd = await npm('flow', 'job.mjs', context)
    return {
      command: (task) => ({
        argv: [process.execPath, 'job.mjs', ...argumentsOf(task)],
        env: { KAFKA_BROKERS: task.brokers },
        cwd,
      }),
    }
  },
}
