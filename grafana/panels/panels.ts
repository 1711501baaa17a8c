// What Grafana draws for a panel of a metric's definition.
import type { Panel, PanelKind } from '../../data/definitions/metric.ts'
import type { Drawn } from '../sdk/panel.ts'
import type { Drawing } from './common.ts'
import { funnelPanels } from './funnel.ts'
import { heatmapPanel } from './heatmap.ts'
import { barsPanel, rankingPanel, sharePanel, tablePanel } from './rows.ts'
import { seriesPanel } from './series.ts'

const DRAWN: Readonly<Record<PanelKind, (drawing: Drawing) => Drawn | Drawn[]>> = {
  series: seriesPanel,
  bars: barsPanel,
  share: sharePanel,
  ranking: rankingPanel,
  table: tablePanel,
  funnel: funnelPanels,
  heatmap: heatmapPanel,
}

export const kindOf = ({ kind = 'series' }: Panel): PanelKind => kind

/** One panel; of a funnel two. */
export const drawn = (drawing: Drawing): Drawn[] => [DRAWN[kindOf(drawing.shown)](drawing)].flat()
