// What the dashboards have around their panels: links to each other, and marks of deploys and alerts.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { GRAFANA } from './sdk/sources.ts'

/** Every dashboard of windrow has it. */
export const TAG = 'windrow'
export const SYSTEM_UID = 'windrow-system'

/** Marks whose tag is this are shown: `curl … /api/annotations` (README.md). */
export const DEPLOY_TAG = 'deploy'

/** In the same range, which numbers are compared in. */
export const linkTo = (uid: string, title: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(`/d/${uid}`)
    .icon('dashboard')
    .keepTime(true)

/** Alerts whose rule names a panel of the dashboard, which Grafana marks by itself; and deploys. */
export const annotations = (): Builder<AnnotationQuery>[] => [
  new AnnotationQueryBuilder()
    .name('Annotations & Alerts')
    .builtIn(1)
    .type('dashboard')
    .datasource(GRAFANA)
    .enable(true)
    .hide(true)
    .iconColor('rgba(0, 211, 255, 1)'),
  new AnnotationQueryBuilder()
    .name('Deploys')
    .datasource(GRAFANA)
    .enable(true)
    .iconColor('purple')
    .target(tagged(DEPLOY_TAG)),
]

const tagged = (tag: string): Builder<Dataquery> => ({
  build: () => ({ type: 'tags', tags: [tag], matchAny: false, limit: 100 }) as unknown as Dataquery,
})
