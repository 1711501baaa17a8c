// Opens the demographics alone: a program that needs nothing else loads nothing else, and starts sooner.
import { join } from 'node:path'
import type { DemographicsStore } from './demographics/demographics-store.ts'
import { mysqlDemographics } from './demographics/mysql.ts'
import { sqliteDemographics } from './demographics/sqlite.ts'
import type { StoreSettings } from './settings.ts'

export function openDemographics(settings: StoreSettings): DemographicsStore {
  if (settings.mysql !== undefined) return mysqlDemographics(settings.mysql)
  return sqliteDemographics(join(settings.dataDir, 'demographics.db'))
}
