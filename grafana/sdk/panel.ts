// What panels of all kinds have in common with those of the SDK.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import type {
  DataTransformerConfig,
  DynamicConfigValue,
  Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** Of Grafana's grid. */
export const COLUMNS = 24

/** A panel, and how much room it wants of the 24 columns. */
export interface Drawn {
  readonly panel: Panel
  readonly width: number
}

/** The part of the SDK's builders that those of all kinds share. */
export interface PanelBuilder extends Builder<Panel> {
  title(title: string): this
  description(description: string): this
  datasource(source: { type: string; uid: string }): this
  interval(interval: string): this
  timeFrom(range: string): this
  unit(unit: string): this
  noValue(text: string): this
  withTarget(target: Builder<Dataquery>): this
  withTransformation(transformation: DataTransformerConfig): this
  overrideByName(name: string, properties: DynamicConfigValue[]): this
}

/** Each row is drawn by itself. */
export const eachRow = (limit: number): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(true).limit(limit).calcs(['lastNotNull']).fields('')

/** One number of each series. */
export const oneNumber = (calc: string): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(false).calcs([calc]).fields('')

/** A query's name by its place. */
export const letter = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index)
