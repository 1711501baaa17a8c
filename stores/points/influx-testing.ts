// For tests against real servers: a database or bucket of one's own, removed afterwards.
import { randomUUID } from 'node:crypto'
import type { InfluxSettings } from '../settings.ts'

/** Settings for a bucket that nobody else has. InfluxDB 1 when there is no organisation. */
export function ownBucket(address: {
  readonly url: string
  readonly token?: string
  readonly org?: string
}): InfluxSettings {
  const bucket = `test_${randomUUID().slice(0, 8)}`
  return { url: address.url, token: address.token ?? '', org: address.org ?? '-', bucket }
}

/** Removes it; harmless when it was never made. */
export async function removeBucket(settings: InfluxSettings): Promise<void> {
  const { url, token, org, bucket } = settings
  if (org === '-') {
    const body = new URLSearchParams({ q: `DROP DATABASE "${bucket}"` })
    await fetch(`${url}/query`, { method: 'POST', body })
    return
  }
  const headers = { authorization: `Token ${token}` }
  const found = await fetch(`${url}/api/v2/buckets?org=${org}&name=${bucket}`, { headers })
  const list = (await found.json()) as { buckets?: { id: string }[] }
  for (const { id } of list.buckets ?? [])
    await fetch(`${url}/api/v2/buckets/${id}`, { method: 'DELETE', headers })
}
