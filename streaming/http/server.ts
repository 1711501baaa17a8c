// The job's own HTTP server: /healthz, /readyz, /metrics and /status. It only looks: asking never holds the job up.
import type { Log } from '../../kit/log.ts'
import type { JobStatus } from '../status.ts'

export interface HttpOptions {
  /** The first port tried, then the next ones; 0: any free one. */
  readonly port: number
  /** 127.0.0.1: this machine only. */
  readonly host: string
}

export interface StatusServer {
  /** For a browser: "http://127.0.0.1:4100". */
  readonly address: string
  /** Ends open connections and stops listening. */
  close(): Promise<void>
}

/** Starts it and says where. Throws ConfigError when no port is free. `status` is called once per request. */
export async function serveStatus(
  _status: () => JobStatus,
  _options: HttpOptions,
  _log: Log,
): Promise<StatusServer> {
  throw new Error('not there yet')
}
