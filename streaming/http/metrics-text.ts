// The job's metrics and those of the process, in Prometheus's text format.
import promClient from 'prom-client'
import type { JobStatus } from '../status/status.ts'
import { type Family, families } from './families.ts'

export interface MetricsText {
  readonly contentType: string
  /** `status` is the job's at this moment. */
  of(status: JobStatus): Promise<string>
}

/** Own registry, so that nothing else of the process is in it. */
export function metricsText(): MetricsText {
  const ofProcess = new promClient.Registry()
  promClient.collectDefaultMetrics({ register: ofProcess })
  return {
    contentType: ofProcess.contentType,
    of: async (status) => {
      const ofJob = new promClient.Registry()
      for (const family of families) ofJob.registerMetric(asMetric(family, status))
      return (await ofJob.metrics()) + (await ofProcess.metrics())
    },
  }
}

/**
 * A registry asks its metrics for their values with `get`. Ours are not counted up in a metric, they are counted already: a
 * metric of prom-client's own could not take a histogram over.
 */
function asMetric(family: Family, status: JobStatus): promClient.Metric {
  const { name, help, type } = family
  const values = family.samples(status).map(({ value, labels = {}, suffix = '' }) => ({
    value,
    labels,
    metricName: name + suffix,
  }))
  const metric = { name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) }
  return metric as unknown as promClient.Metric
}
