// Opens the demographics alone. Of the clients only the one that is asked for is loaded: a program starts sooner.
import { join } from 'node:path'
import type { DemographicsStore } from './demographics/demographics-store.ts'
import type { StoreSettings } from './settings.ts'

export async function openDemographics(settings: StoreSettings): Promise<DemographicsStore> {
  if (settings.mysql !== undefined) {
    const { mysqlDemographics } = await import('./demographics/mysql.ts')
    return mysqlDemographics(settings.mysql)
  }
  const { sqliteDemographics } = await import('./demographics/sqlite.ts')
  return sqliteDemographics(join(settings.dataDir, 'demographics.db'))
}
