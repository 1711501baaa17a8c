// The data sources of grafana/provisioning, by uid: file provisioning knows no `${DS_…}` placeholders.
export const POINTS = { type: 'influxdb', uid: 'windrow' } as const
export const JOB = { type: 'prometheus', uid: 'windrow-prometheus' } as const
/** Grafana's own: expressions, and annotations. */
export const EXPRESSION = { type: '__expr__', uid: '__expr__' } as const
export const GRAFANA = { type: 'grafana', uid: '-- Grafana --' } as const
