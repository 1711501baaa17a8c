// Queries as panels and alert rules hold them: InfluxQL, for which the SDK has no builder, PromQL and expressions.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { expr } from '@grafana/grafana-foundation-sdk/expr'
import { TypeMathBuilder, TypeReduceBuilder } from '@grafana/grafana-foundation-sdk/expr'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { EXPRESSION, JOB, POINTS } from './sources.ts'

export type Target = Builder<Dataquery>

/** InfluxQL as it is stored. */
export interface InfluxTarget {
  readonly refId: string
  readonly query: string
  readonly resultFormat: 'time_series' | 'table'
  readonly alias?: string
  readonly hide?: boolean
}

export const influx = ({ refId, ...text }: InfluxTarget): Target => ({
  build: () => ({ refId, datasource: POINTS, rawQuery: true, ...text }) as unknown as Dataquery,
})

/** PromQL over time; `legend` with `{{label}}`. */
export const prom = (refId: string, expression: string, legend = ''): DataqueryBuilder =>
  new DataqueryBuilder().refId(refId).datasource(JOB).expr(expression).legendFormat(legend).range()

/** PromQL of now, a number per series. */
export const promNow = (refId: string, expression: string): DataqueryBuilder =>
  new DataqueryBuilder().refId(refId).datasource(JOB).expr(expression).instant()

/** PromQL of now, a row per series. */
export const promRows = (refId: string, expression: string): DataqueryBuilder =>
  promNow(refId, expression).format(PromQueryFormat.Table)

type Reducer = Extract<expr, { type: 'reduce' }>['reducer']

/** A query's series as one number each. */
export const reduced = (refId: string, of: string, reducer: Reducer): TypeReduceBuilder =>
  new TypeReduceBuilder()
    .refId(refId)
    .datasource(EXPRESSION)
    .expression(of)
    .reducer(reducer)
    .settings({ mode: 'dropNN' })

export const math = (refId: string, expression: string): TypeMathBuilder =>
  new TypeMathBuilder().refId(refId).datasource(EXPRESSION).expression(expression)
