// The rules of the tree that a machine can check, as tables; CONTRIBUTING.md has the reasons.

const programs = ['producers', 'batch-loader', 'streaming', 'dashboard', 'grafana']

/** What a top-level directory may import beside itself. `cli`, `scripts` and tests may import anything. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  data: ['kit'],
  stores: ['kit', 'data'],
  ...Object.fromEntries(programs.map((program) => [program, ['kit', 'data', 'stores']])),
}

/** Where a package may be imported: files, or directories when they end in "/". A package not here: nowhere. */
export const vendors: Readonly<Record<string, readonly string[]>> = {
  // The stores' clients, each behind its adapter.
  kafkajs: ['stores/kafka.ts', 'stores/event-log/kafka', 'stores/dead-letters/kafka'],
  '@bokuweb/zstd-wasm': ['stores/event-log/kafka/codecs.ts'],
  '@node-rs/crc32': ['stores/event-log/kafka/crc32c.ts'],
  snappyjs: ['stores/event-log/kafka/codecs.ts'],
  libsql: ['stores/sqlite.ts'],
  mysql2: ['stores/mysql-connection.ts', 'stores/demographics/', 'stores/checkpoints/mysql'],
  kysely: ['stores/demographics/'],
  '@influxdata/influxdb-client': ['stores/points/'],
  // What one program is made of.
  '@faker-js/faker': ['producers/', 'batch-loader/'],
  'csv-parse': ['producers/files/', 'batch-loader/'],
  avsc: ['streaming/decode/avro.ts'],
  'prom-client': ['streaming/http/'],
  fastify: ['dashboard/'],
  '@fastify/static': ['dashboard/'],
  uplot: ['dashboard/served/vendor/uplot.d.ts'],
  // The tools of every program: kit wraps them, except for flags, which programs write themselves.
  yaml: ['kit/config.ts', 'docker/', 'grafana/alerts/'],
  pino: ['kit/log.ts'],
  'pino-pretty': ['kit/log.ts'],
  commander: [
    'kit/command.ts',
    'kit/suggestions.ts',
    ...programs.map((program) => `${program}/`),
    'scripts/',
    'cli/',
  ],
  zod: ['kit/zod.cjs'],
  tsx: ['scripts/definitions/fresh-modules.ts'],
  // Development.
  '@grafana/grafana-foundation-sdk': ['grafana/'],
  assemblyscript: ['scripts/generate-assembly.ts'],
  'playwright-core': ['scripts/', 'dashboard/testing/axe.ts'],
  'axe-core': ['dashboard/testing/axe.ts'],
  vitest: ['vitest.config.ts', 'scripts/test.ts'],
}
/** Beside these: a bare consumer, to compare ours with, and events in Avro. */
export const vendorExceptions: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['scripts/bench/'],
  avsc: ['scripts/bench/avro.ts'],
}

/** Pure and synchronous: time, chance and the outside are passed in. */
export const core = {
  places: [
    'streaming/decode/',
    'streaming/enrich/',
    'streaming/window/',
    'streaming/job.ts',
    'streaming/ledger.ts',
    'streaming/schedule.ts',
    'data/definitions/',
  ],
  except: ['streaming/decode/avro.ts'],
  nodeModules: ['node:buffer', 'node:crypto', 'node:v8'],
  forbidden: [
    /\basync\b/,
    /\bawait\b/,
    /\bPromise\b/,
    /\bDate\.now\b/,
    /\bnew Date\(\s*\)/,
    /\bperformance\./,
    /\bMath\.random\b/,
    /\bset(?:Timeout|Interval|Immediate)\b/,
    /\bprocess\./,
    /\bconsole\./,
  ],
}

/** Longest comment line. Code is as wide as Biome makes it (100). */
export const commentWidth = 125

/** Whether `path` is one of `places`, or in one: a directory ends in "/", other entries are beginnings of paths. */
export const isIn = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path.startsWith(place))
