import { describe, expect, it } from 'vitest'
import { openCheckpoints } from './open-checkpoints.ts'
import { storeSettings } from './settings.ts'

const mysql = { MYSQL_HOST: 'db', MYSQL_USER: 'us', MYSQL_PASSWORD: 'a-secret' }

describe('checkpoints are kept', () => {
  it.each<[string, Record<string, string>, string]>([
    ['in a directory', {}, '.windrow/checkpoints/shop-1'],
    ['in a directory also where the demographics are not', mysql, '.windrow/checkpoints/shop-1'],
    [
      'in MySQL when asked for',
      { ...mysql, CHECKPOINTS: 'mysql' },
      'MySQL db:3306/ecommerce (shop-1)',
    ],
  ])('%s', async (_, environment, expected) => {
    const checked = storeSettings(environment)
    if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
    const store = await openCheckpoints(checked.value, 'shop-1')
    expect(store.description).toBe(expected)
    await store.close()
  })

  it.each<[Record<string, string>, string, string]>([
    [
      { CHECKPOINTS: 'mysql' },
      'MYSQL_HOST',
      'expected a host, as CHECKPOINTS is mysql, it is not set',
    ],
    [{ CHECKPOINTS: 'db' }, 'CHECKPOINTS', 'expected one of directory, mysql, got "db"'],
  ])('nowhere with %j: a problem says what is missing', (environment, where, what) => {
    const { problems } = storeSettings(environment)
    expect(problems).toHaveLength(1)
    expect(problems[0].where).toBe(where)
    expect(problems[0].what).toContain(what)
  })
})
