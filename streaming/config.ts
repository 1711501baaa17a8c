// Settings of the streaming job: `streaming/config/streaming.yaml`.
import { fileURLToPath } from 'node:url'
import { type Checked, readYaml } from '../kit/config.ts'
import { durationSchema } from '../kit/duration.ts'
import { z } from '../kit/zod.cjs'

const HTTP_EXPECTED = 'expected off, or port and host'
/** `off` becomes null. */
const httpSchema = z.preprocess(
  (value) => (value === 'off' ? null : value),
  z
    .strictObject(
      {
        port: z
          .int('expected a port, 0 to 65535')
          .min(0, 'expected a port, 0 to 65535')
          .max(65_535, 'expected a port, 0 to 65535')
          .default(4_100),
        host: z.string('expected an address, such as 127.0.0.1').min(1).default('127.0.0.1'),
      },
      { error: (issue) => (issue.code === 'invalid_type' ? HTTP_EXPECTED : undefined) },
    )
    .nullable(),
)

export const WORKERS_EXPECTED = 'expected a whole number, 1 to 64'
export const workersSchema = z
  .int(WORKERS_EXPECTED)
  .min(1, WORKERS_EXPECTED)
  .max(64, WORKERS_EXPECTED)

export const streamingSchema = z.strictObject({
  disorder: durationSchema.default(5_000),
  idle_after: durationSchema.default(30_000),
  max_ahead: durationSchema.default(300_000),
  ahead: z.enum(['reject', 'clamp', 'accept']).default('reject'),
  close_on_idle: z.boolean().default(true),
  removed: z.enum(['stop', 'skip']).default('stop'),
  max_drift: durationSchema.default(60_000),
  refresh_every: durationSchema.default(30_000),
  checkpoint_every: durationSchema.default(1_000),
  workers: workersSchema.default(1),
  max_event_bytes: z
    .int()
    .min(1)
    .default(1 << 20),
  series_budget: z.int().min(1).default(10_000),
  http: httpSchema.default({ port: 4_100, host: '127.0.0.1' }),
})

export interface HttpOptions {
  /** The first port tried, then the next ones; 0: any free one. */
  readonly port: number
  /** 127.0.0.1: this machine only. */
  readonly host: string
}

export interface StreamingConfig {
  readonly disorderMs: number
  readonly idleAfterMs: number
  readonly maxAheadMs: number
  readonly ahead: 'reject' | 'clamp' | 'accept'
  readonly closeOnIdle: boolean
  readonly removed: 'stop' | 'skip'
  readonly maxDriftMs: number
  readonly refreshEveryMs: number
  readonly checkpointEveryMs: number
  /** 1: the job's own thread does everything; more: so many threads beside it decode and count. */
  readonly workers: number
  readonly valueBytesMax: number
  /** `windrow check` warns of metrics with more series. */
  readonly seriesBudget: number
  /** Where its state and metrics are served; absent: nowhere. */
  readonly http?: HttpOptions
}

/** The file that is read when no other is named. */
export const DEFAULT_CONFIG_FILE = fileURLToPath(
  new URL('./config/streaming.yaml', import.meta.url),
)

export function streamingConfig(file: string): Checked<StreamingConfig> {
  const checked = readYaml(file, streamingSchema)
  if (!('value' in checked)) return checked
  const { value } = checked
  return {
    problems: [],
    value: {
      disorderMs: value.disorder,
      idleAfterMs: value.idle_after,
      maxAheadMs: value.max_ahead,
      ahead: value.ahead,
      closeOnIdle: value.close_on_idle,
      removed: value.removed,
      maxDriftMs: value.max_drift,
      refreshEveryMs: value.refresh_every,
      checkpointEveryMs: value.checkpoint_every,
      workers: value.workers,
      valueBytesMax: value.max_event_bytes,
      seriesBudget: value.series_budget,
      ...(value.http === null ? {} : { http: value.http }),
    },
  }
}
