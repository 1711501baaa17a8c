// The dashboard of `windrow start`: at one address, whatever it shows.
import { type Dashboard, type DashboardOptions, startDashboard } from '../../dashboard/server.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'

export class Page {
  readonly #options: DashboardOptions
  #shown: Pipeline
  #dashboard: Dashboard

  private constructor(options: DashboardOptions, dashboard: Dashboard) {
    this.#options = options
    this.#shown = options.pipeline
    this.#dashboard = dashboard
  }

  static async start(options: DashboardOptions): Promise<Page> {
    return new Page(options, await startDashboard(options))
  }

  get url(): string {
    return this.#dashboard.url
  }

  /** Shows another pipeline from now on. Open pages connect again by themselves, and see that it is another. */
  async show(pipeline: Pipeline): Promise<void> {
    if (pipeline === this.#shown) return
    const { port } = new URL(this.url)
    await this.#dashboard.close()
    this.#dashboard = await startDashboard({ ...this.#options, pipeline, port: Number(port) })
    this.#shown = pipeline
  }

  close(): Promise<void> {
    return this.#dashboard.close()
  }
}
