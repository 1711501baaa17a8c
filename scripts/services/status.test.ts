import { expect, it } from 'vitest'
import { formatBytes, table } from './status.ts'

it('aligns the columns', () => {
  const rows = [
    {
      service: 'kafka',
      state: 'running',
      address: '127.0.0.1:9092',
      version: '4.0.0',
      pid: '42',
      memory: '412 MB',
      how: 'jars',
    },
    { service: 'mariadb', state: 'missing', how: 'not installed: apt-get' },
  ]
  expect(table(rows)).toBe(
    [
      'service  state    address         version  pid  memory  how',
      'kafka    running  127.0.0.1:9092  4.0.0    42   412 MB  jars',
      'mariadb  missing                                        not installed: apt-get',
      '',
    ].join('\n'),
  )
})

it('writes memory in megabytes', () => {
  expect(formatBytes(51_200_000)).toBe('51 MB')
})
