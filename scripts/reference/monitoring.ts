// docs/reference/monitoring.md: what the job tells of itself over HTTP, every Prometheus metric by name.
import { exactDuration } from '../../kit/duration.ts'
import { families } from '../../streaming/http/families.ts'
import { HANGS_AFTER_MS } from '../../streaming/http/health.ts'
import { code, page, table } from './markdown.ts'

export const monitoringPage = (): string =>
  page(
    'Monitoring',
    '`windrow stream` serves these on <http://127.0.0.1:4100> (`http` in `streaming.yaml`, `--host`):',
    table(
      ['path', 'what it is'],
      [
        [
          '`/healthz`',
          `200 while the job works, waits for a store or stands by; 503 when it failed or gave no sign of life for ${exactDuration(HANGS_AFTER_MS)}, so that somebody starts it again`,
        ],
        [
          '`/readyz`',
          '200 when the table is loaded and events are read, also while it catches up; else 503 with what it waits for: standing by is one',
        ],
        ['`/status`', 'everything it knows, as JSON, for people and scripts'],
        ['`/metrics`', "the table below, and the process's own, for Prometheus"],
      ],
    ),
    '## Names at /metrics',
    table(
      ['name', 'type', 'what it is'],
      families.map(({ name, type, help }) => [code(name), type, help]),
    ),
  )
