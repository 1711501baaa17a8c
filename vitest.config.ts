import { defineConfig } from 'vitest/config'

// Three projects: `unit` is the quick loop and needs nothing; `services` speaks to real servers, whose
// addresses `npm test` puts into the environment; `e2e` starts whole programs as a user would.
// These mostly wait, for servers to start, to freeze, to come back: three files at a time, also on two cores.
const service = {
  testTimeout: 300_000,
  hookTimeout: 180_000,
  maxWorkers: 3,
  // After the unit tests.
  sequence: { groupOrder: 1 },
}

// The running job under kills, freezes and outages: minutes of waiting, so `npm run test:faults` and not `npm test`.
const faults = [
  'streaming/faults/job-*.services.test.ts',
  'streaming/faults/job-*.e2e.test.ts',
  'streaming/failover.e2e.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Unit tests share nothing but code, so they may share the loaded modules: half the time.
          pool: 'threads',
          isolate: false,
          maxWorkers: '100%',
          // Far beyond what any takes: a busy machine fails no test, a hang ends.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          include: ['**/*.test.ts'],
          exclude: ['**/*.services.test.ts', '**/*.e2e.test.ts', 'node_modules/**'],
        },
      },
      {
        test: {
          name: 'services',
          include: ['**/*.services.test.ts'],
          exclude: ['node_modules/**', ...faults],
          ...service,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ['node_modules/**', ...faults],
          ...service,
        },
      },
      { test: { name: 'faults', include: faults, ...service } },
    ],
  },
})
