// Finds out which InfluxDB it is and makes the database or bucket when it is missing.
import { RefusedError } from '../../kit/errors.ts'
import { grantText } from './influx-errors.ts'
import { influxRequest, jsonBody, responseError } from './influx-http.ts'
import {
  databaseOf,
  type InfluxAddress,
  type InfluxServer,
  type TokenScheme,
} from './influx-kind.ts'
import { queryRows } from './influx-query.ts'
import { quoteIdentifier } from './influxql.ts'

/** Asks the server what it is. Throws RefusedError when it is no InfluxDB we speak. */
export async function detectServer(settings: InfluxAddress): Promise<InfluxServer> {
  const doing = 'ask InfluxDB for its version'
  const ping = (scheme: TokenScheme) =>
    influxRequest(settings, { doing, path: '/ping', scheme, alsoOk: [401, 404] })
  let response = await ping('Token')
  if (response.status === 401) response = await ping('Bearer')
  if (response.status === 401)
    response = await influxRequest(settings, { doing, path: '/ping', scheme: 'Bearer' })
  const body = (await jsonBody(settings, doing, response)) as { version?: unknown } | undefined
  const header = response.headers.get('x-influxdb-version')
  const told = header ?? (typeof body?.version === 'string' ? body.version : undefined)
  if (told === undefined)
    throw new RefusedError(
      `Something answers at ${settings.url}, but it is no InfluxDB. Correct INFLUX_URL.`,
    )
  const version = /^v?(\d+)\.(\d+)/.exec(told)
  if (version === null) return { ...(await detectByApi(settings)), version: '' }
  const [major, minor] = [Number(version[1]), Number(version[2])]
  if (major < 1 || major > 3 || (major === 1 && minor < 8))
    throw new RefusedError(
      `InfluxDB at ${settings.url} is version ${told}; windrow speaks 1.8 and later, 2 and 3. ` +
        'Upgrade it, or set INFLUX_URL to another one.',
    )
  const generation = major as 1 | 2 | 3
  return {
    generation,
    version: told.replace(/^v/, ''),
    scheme: generation === 3 ? 'Bearer' : 'Token',
  }
}

/** For builds that do not know their version: only InfluxDB 2 can be set up over HTTP. */
async function detectByApi(settings: InfluxAddress): Promise<Omit<InfluxServer, 'version'>> {
  return { generation: (await setupState(settings)) === undefined ? 1 : 2, scheme: 'Token' }
}

/** Whether an InfluxDB 2 still has to be set up; undefined: it is not an InfluxDB 2. */
async function setupState(settings: InfluxAddress): Promise<boolean | undefined> {
  const doing = 'ask InfluxDB whether it is set up'
  const response = await influxRequest(settings, { doing, path: '/api/v2/setup', alsoOk: [404] })
  const body = (await jsonBody(settings, doing, response)) as { allowed?: boolean } | undefined
  return response.ok ? body?.allowed : undefined
}

/** Makes sure that the token is taken and the place to write to is there. Harmless to repeat. */
export async function prepareServer(settings: InfluxAddress, server: InfluxServer): Promise<void> {
  if (server.generation === 1) await prepareDatabase1(settings, server)
  else if (server.generation === 2) await prepareBucket2(settings)
  else await prepareDatabase3(settings)
}

async function prepareDatabase1(settings: InfluxAddress, server: InfluxServer): Promise<void> {
  const { database } = databaseOf(settings.bucket)
  const doing = `find or make the database "${database}"`
  for await (const row of queryRows(settings, server, { doing, query: 'SHOW DATABASES' }))
    if (row.name === database) return
  const query = `CREATE DATABASE ${quoteIdentifier(database)}`
  for await (const _ of queryRows(settings, server, { doing, query })) {
    // Answers nothing.
  }
}

async function prepareBucket2(settings: InfluxAddress): Promise<void> {
  const { bucket, org } = settings
  const doing = `find or make the bucket "${bucket}"`
  if ((await setupState(settings)) === true)
    throw new RefusedError(
      `InfluxDB at ${settings.url} is not set up yet: open it in a browser or run "influx setup", ` +
        `with organisation "${org}" (INFLUX_ORG), then set INFLUX_TOKEN.`,
    )
  const named = `org=${encodeURIComponent(org)}&name=${encodeURIComponent(bucket)}`
  const found = await influxRequest(settings, {
    doing,
    path: `/api/v2/buckets?${named}`,
    // The organisation or the bucket is missing.
    alsoOk: [404],
  })
  const list = (await jsonBody(settings, doing, found)) as { buckets?: unknown[] } | undefined
  if (found.ok && (list?.buckets?.length ?? 0) > 0) return
  const path = `/api/v2/orgs?org=${encodeURIComponent(org)}`
  const orgs = await influxRequest(settings, { doing, path })
  const body = (await jsonBody(settings, doing, orgs)) as { orgs?: { id: string }[] } | undefined
  const orgID = body?.orgs?.[0]?.id
  if (orgID === undefined)
    throw new RefusedError(
      `Could not ${doing}: there is no organisation "${org}" that this token sees. ` +
        'Set INFLUX_ORG, or a token of that organisation as INFLUX_TOKEN, which may also read the bucket. ' +
        grantText(settings),
    )
  const json = { orgID, name: bucket, retentionRules: [] }
  const made = await influxRequest(settings, {
    doing,
    path: '/api/v2/buckets',
    json,
    alsoOk: [422],
  })
  // 422: another program made it in the meantime, or its name is not allowed.
  if (made.ok || /already exists/.test(await made.clone().text())) return
  throw await responseError(settings, doing, made)
}

async function prepareDatabase3(settings: InfluxAddress): Promise<void> {
  const request = {
    doing: `find or make the database "${settings.bucket}"`,
    path: '/api/v3/configure/database',
    json: { db: settings.bucket },
    scheme: 'Bearer',
    // 409: it is there already.
    alsoOk: [409],
  } as const
  await influxRequest(settings, request)
}
